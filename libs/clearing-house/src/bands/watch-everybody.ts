import { unitsHolding } from '../decide/market.js';
import type { HouseState } from '../state/house-state.js';
import type { Watch } from './watch.js';

/** Everybody who holds an instrument is judged at each of its prices, both sides after each trade. */
export class WatchEverybody implements Watch {
  constructor(private readonly state: HouseState) {}

  touched(instrument: number): number[] {
    return unitsHolding(this.state, instrument);
  }

  absorb(): boolean {
    return false;
  }

  isInside(): boolean {
    return false;
  }

  touch(): number {
    return 0;
  }

  release(): void {
    // Nothing is remembered that could become wrong.
  }

  releaseAll(): void {
    // Nothing is remembered that could become wrong.
  }

  settle(): void {
    // Nothing is remembered.
  }
}
