import type { Clock } from '#libs/runtime';
import type { Scheduler } from './scheduler.js';
import { WORLD_BEGINS_US } from './small-world.js';

/** The clock of the node's machine: virtual time, and whatever somebody set it wrong by. */
export class SimulatedClock implements Clock {
  skewUs = 0;

  constructor(private readonly scheduler: Scheduler) {}

  nowUs(): number {
    return WORLD_BEGINS_US + this.scheduler.nowUs + this.skewUs;
  }
}
