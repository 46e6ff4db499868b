import type { Measured } from '#libs/events';
import { invariant, type Lots, ppm, type Ppm } from '#libs/units';
import type { Concentration } from './concentration.js';

/** Size tiers of one instrument class; `upToLots` ascends. */
export interface Tiers {
  readonly upToLots: readonly Lots[];
  readonly initialPpm: readonly Ppm[];
  readonly maintenancePpm: readonly Ppm[];
}

const MILLION = 1_000_000;
const WHOLE = ppm(MILLION);

/** Policies on a breach, in the order of the catalogue's enumeration. */
export const LIQUIDATE = 0;
export const CALL_ACCOUNT = 1;
export const CALL_MEMBER = 2;

/**
 * A published rulebook made ready for evaluation: tiers by class, haircuts by currency, policies by
 * account kind. Immutable; the message it came from stays with it for snapshots and explanations.
 */
export class Rulebook {
  /** By margin class, a u8: looked up for every position that is evaluated. */
  private readonly tiersByClass: (Tiers | undefined)[] = new Array<Tiers | undefined>(256);
  /** By margin class as well; undefined where size is charged by the tiers alone. */
  private readonly concentrations = new Array<Concentration | undefined>(256);
  private readonly haircuts = new Map<number, Ppm>();
  private readonly policies = new Map<number, number>();
  /** By margin class as well: looked up for every trade. */
  private readonly steepest = new Float64Array(256);

  /** Whether an initial rate of any class rises with open interest. */
  readonly countsOpenInterest: boolean;

  constructor(readonly source: Measured<'RulebookPublished'>) {
    invariant(source.tiers.length > 0, 'a rulebook has tiers');
    invariant(source.targetPpm >= MILLION && source.warningPpm >= MILLION, 'levels are 1 or more');
    invariant(source.warningClearPpm >= source.warningPpm, 'a warning ends above its beginning');
    invariant(source.slippagePpm < MILLION, 'a limit price is above 0');
    for (const tier of source.tiers) {
      invariant(tier.maintenancePpm <= tier.initialPpm, 'initial rates are not below maintenance');
      const tiers = this.tiersByClass[tier.marginClass] ?? {
        upToLots: [],
        initialPpm: [],
        maintenancePpm: [],
      };
      invariant(tier.upToLots > (tiers.upToLots.at(-1) ?? 0), 'tiers of a class ascend');
      this.tiersByClass[tier.marginClass] = {
        upToLots: [...tiers.upToLots, tier.upToLots],
        initialPpm: [...tiers.initialPpm, tier.initialPpm],
        maintenancePpm: [...tiers.maintenancePpm, tier.maintenancePpm],
      };
    }
    const factor = Math.max(source.warningPpm, source.warningClearPpm) / 1_000_000;
    for (const { marginClass, initialPpm, maintenancePpm } of source.tiers) {
      const steep = Math.max(initialPpm, Math.ceil(maintenancePpm * factor));
      this.steepest[marginClass] = Math.max(steep, this.steepestPpm(marginClass));
    }
    this.countsOpenInterest = source.concentrations.some((own) => own.openInterestToMinor > 0);
    for (const charges of source.concentrations) {
      const { marginClass, referenceLots, openInterestFromMinor, openInterestToMinor } = charges;
      invariant(this.tiers(marginClass) !== undefined, 'a charge for size adds to tiers');
      invariant(referenceLots >= 1, 'rates are stated at a size');
      invariant(openInterestFromMinor >= 0 && openInterestToMinor >= 0, 'bounds are 0 or more');
      this.concentrations[marginClass] = charges;
    }
    for (const { currency, haircutPpm } of source.haircuts) {
      invariant(haircutPpm <= MILLION, 'a haircut is a share');
      this.haircuts.set(currency, haircutPpm);
    }
    for (const { accountKind, onBreach } of source.policies) {
      this.policies.set(accountKind, onBreach);
    }
  }

  /** Tiers of a class; an instrument cannot be traded in a pool without them. */
  tiers(marginClass: number): Tiers | undefined {
    return this.tiersByClass[marginClass];
  }

  /** Charges for size of a class beside its tiers. */
  concentration(marginClass: number): Concentration | undefined {
    return this.concentrations[marginClass];
  }

  /**
   * Bound on how fast any level can rise with a position, ppm of its value: the steepest of the
   * initial rate and of maintenance times the highest warning factor. Not of a class that is charged
   * for size, whose rates rise with it.
   */
  steepestPpm(marginClass: number): number {
    return this.steepest[marginClass] ?? 0;
  }

  /** Haircut of a positive balance, ppm; 1000000 (counts for nothing) when it is not named. */
  haircutPpm(currency: number): Ppm {
    return this.haircuts.get(currency) ?? WHOLE;
  }

  /** What a breach of this kind of account leads to. */
  onBreach(accountKind: number): number {
    return this.policies.get(accountKind) ?? LIQUIDATE;
  }
}

/** Sum over tiers of lots inside the tier x rate, in lots x ppm; beyond the last tier its rate goes on. */
export function tieredLotsPpm(
  upToLots: readonly Lots[],
  ratePpm: readonly Ppm[],
  sizeLots: Lots,
): number {
  invariant(upToLots.length === ratePpm.length, 'every tier has a rate');
  invariant(sizeLots >= 0, 'a size has no sign');
  let weighted = 0;
  let below = 0;
  const last = upToLots.length - 1;
  for (let tier = 0; tier <= last; tier++) {
    const end = tier === last ? sizeLots : Math.min(sizeLots, upToLots[tier] ?? 0);
    weighted += (end - below) * (ratePpm[tier] ?? 0);
    below = end;
    if (below >= sizeLots) break;
  }
  invariant(below >= sizeLots, 'the tiers cover every lot');
  return weighted;
}
