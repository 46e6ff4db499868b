/**
 * A market of 50 contracts on one underlying under 45 scenarios, and margin units that hold all of them and
 * are below maintenance: what the `plan` benchmark makes liquidation plans for.
 */
import {
  ClearingHouse,
  type Evaluation,
  HouseState,
  LATEST_LOGIC,
  OPERATOR,
} from '#libs/clearing-house';
import { OUTCOME } from '#libs/clearing-house';
import type { PlanInput } from '#libs/default-management';
import {
  catalogue,
  type Field,
  type Message,
  type MessageNamed,
  recordLengthOf,
  writeRecord,
} from '#libs/events';
import { plainCharges } from '#libs/margin';
import { black76Value } from '#libs/pricing';
import { amountMinor, lots as wholeLots, ZERO } from '#libs/units';
import type { Xorshift32 } from './measure.js';

const START_US = 1_728_000_000_000_000;
const DAY_US = 86_400_000_000;
const YEAR_DAYS = 365;
const SPOT_TICKS = 6_000_000;
const VOLATILITY = 0.6;
const MILLION = 1_000_000;
const BILLION = 1_000_000_000;
const UNDERLYING = 1;
const USD = 1;
const expiryDays = [7, 28, 91, 182];
/** Strikes of an expiry over spot; a put and a call of each. */
const strikeShares = [0.7, 0.8, 0.9, 1, 1.1, 1.25];
/** A perpetual, three dated futures, 46 options. */
const INSTRUMENTS = 50;

type Terms = MessageNamed<'RulebookPublished'>['scenarioTerms'][number];
type Bare = Message extends infer M
  ? M extends Message
    ? Omit<M, 'publisher' | 'publisherSequence'>
    : never
  : never;

export class PlanPopulation {
  readonly evaluation: Evaluation;
  private readonly house = new ClearingHouse(new HouseState());

  constructor(private readonly random: Xorshift32) {
    this.house.advanceTime(START_US);
    for (const input of inputs()) this.submit(input);
    this.evaluation = this.house.judgement.evaluation;
    if (this.house.state.instruments.count !== INSTRUMENTS)
      throw new Error('50 contracts are listed');
  }

  /** Another unit that fails by 1 to 15 %, long and short; its plan's input. */
  next(): PlanInput {
    const { evaluation, random } = this;
    const { portfolio } = evaluation;
    for (;;) {
      portfolio.clear();
      for (let id = 1; id <= INSTRUMENTS; id++) {
        const lots = 1 + random.below(2_000);
        portfolio.add(1, id, wholeLots(random.below(2) === 0 ? lots : -lots), ZERO);
      }
      evaluation.run(1);
      const { equityMinor, maintenanceMinor } = evaluation.figures;
      const part = 850 + random.below(140);
      const wanted = Math.floor((maintenanceMinor / 1_000) * part);
      portfolio.cash[USD] = amountMinor(wanted - equityMinor);
      evaluation.run(1);
      if (evaluation.figures.equityMinor < evaluation.figures.maintenanceMinor) {
        return evaluation.planInput(false);
      }
    }
  }

  private submit(input: Bare): void {
    const { house } = this;
    const message = { publisher: OPERATOR, publisherSequence: 0, ...input } as Message;
    const view = new DataView(new ArrayBuffer(recordLengthOf(message)));
    writeRecord(view, 0, message, 0);
    if (house.submit(view, 0) !== OUTCOME.accepted) {
      throw new Error(`${input.type} was refused: [${String(house.lastReason)}]`);
    }
    while (house.hasRunningSweep) house.continueSweep();
    house.beginFrame();
  }
}

function* inputs(): Generator<Bare> {
  yield { type: 'LogicActivated', logicVersion: LATEST_LOGIC };
  yield { type: 'CurrencyListed', minorDigits: 4, name: 'USD' };
  yield { type: 'PoolOpened', baseCurrency: USD, ladder: 0, name: 'exchange' };
  yield { type: 'AccountOpened', name: 'A', accountKind: 0, pool: 1, member: 0, parent: 0 };
  yield contract('PERP', 0, 0);
  yield rulebook();
  yield price(UNDERLYING, SPOT_TICKS);
  yield surface();
  let id = UNDERLYING;
  for (let at = 1; at <= 3; at++) {
    id += 1;
    yield contract(`F${String(at)}`, 1, START_US + at * 60 * DAY_US);
    yield price(id, Math.round(SPOT_TICKS * (1 + 0.006 * at)));
  }
  for (const days of expiryDays) {
    for (const share of strikeShares) {
      for (const optionType of [1, 2]) {
        if (id === INSTRUMENTS) return;
        id += 1;
        const strikeTicks = Math.round(SPOT_TICKS * share);
        const name = `O${String(days)}-${String(share)}-${String(optionType)}`;
        const expiresAt = START_US + days * DAY_US;
        const underlying = UNDERLYING;
        const terms = { premium: 1, optionType, underlying, underlyingMultiplier: 1, strikeTicks };
        yield { ...contract(name, 2, expiresAt), ...terms };
        yield price(id, optionTicks(optionType === 1, strikeTicks, days));
      }
    }
  }
}

function optionTicks(isCall: boolean, strike: number, days: number): number {
  const timeYears = days / YEAR_DAYS;
  const terms = { isCall, forward: SPOT_TICKS, strike, timeYears, volatility: VOLATILITY, rate: 0 };
  return Math.max(1, Math.round(black76Value(terms)));
}

function contract(name: string, kind: number, expiresAt: number) {
  return {
    type: 'InstrumentListed',
    name,
    currency: USD,
    underlying: 0,
    kind,
    payoff: 0,
    premium: 0,
    optionType: 0,
    marginClass: 1,
    tickDigits: 2,
    multiplier: 1,
    underlyingMultiplier: 0,
    strikeTicks: 0,
    maxLots: 1_000_000,
    maxPriceTicks: 100_000_000,
    outlierPpm: 0,
    staleAfterUs: 0,
    expiresAt,
  } as const;
}

function price(instrument: number, priceTicks: number) {
  const observedAt = START_US;
  return {
    type: 'PriceObserved',
    instrument,
    priceTicks,
    observedAt,
    confidencePpm: MILLION,
  } as const;
}

function surface() {
  return {
    type: 'VolatilitySurfaceObserved',
    instrument: UNDERLYING,
    observedAt: START_US,
    confidencePpm: MILLION,
    expiries: expiryDays.map((days) => ({
      expiry: START_US + days * DAY_US,
      forwardTicks: SPOT_TICKS,
    })),
    points: expiryDays.map((_, expiryPlace) => ({
      expiryPlace,
      strikeTicks: SPOT_TICKS,
      volatilityPpm: VOLATILITY * MILLION,
    })),
  } as const;
}

/** 45 scenarios: 13 price moves x 3 volatilities, four dampened tails, two skews; and the charges. */
function rulebook(): Bare {
  const scenario = (move: number, volatility: number, weight = 1) => ({
    priceShockPpb: Math.round(move * BILLION),
    linearShockPpb: Math.round(move * BILLION),
    volatility,
    weightPpb: Math.round(weight * BILLION),
    component: 0,
  });
  const grid = Array.from({ length: 13 }, (_, at) => (at - 6) * 0.03).flatMap((move) =>
    [1, 0, 2].map((volatility) => scenario(move, volatility)),
  );
  const tails = [scenario(-0.66, 1, 0.055), scenario(-0.33, 1, 0.11), scenario(0.5, 1, 0.072)];

  return {
    type: 'RulebookPublished',
    pool: 1,
    rulebookVersion: 1,
    effectiveAt: 0,
    makerFeePpm: 0,
    takerFeePpm: 0,
    liquidationFeePpm: 5_000,
    warningPpm: 1_200_000,
    warningClearPpm: 1_300_000,
    targetPpm: 1_100_000,
    slippagePpm: 10_000,
    orderTimeoutUs: 10_000_000,
    callWindowUs: 3_600_000_000,
    memberCallWindowUs: 3_600_000_000,
    shortOptionMaintenancePpm: 75_000,
    shortOptionInitialPpm: 150_000,
    shortOptionFloorPpm: 100_000,
    ...plainCharges,
    tiers: [{ marginClass: 1, upToLots: 1_000_000, initialPpm: 40_000, maintenancePpm: 25_000 }],
    haircuts: [],
    policies: [],
    model: 1,
    scenarioTerms: [
      {
        ...neutralTerms(),
        riskUnitsPerMinor: 10_000,
        epochMovePpm: 10_000,
        epochUs: 60_000_000,
        initialPpb: BILLION,
        maintenancePpb: 800 * MILLION,
        volatilityUpPpb: 500 * MILLION,
        volatilityDownPpb: 275 * MILLION,
        skewLinearCapPpb: 150 * MILLION,
        skewAbsoluteCapPpb: 150 * MILLION,
        skewLeastWidthPpb: 100 * MILLION,
        basisUpPpb: 45 * MILLION,
        basisDownPpb: -45 * MILLION,
        basisAddPpb: 500 * MILLION,
        basisCompetes: 1,
        linearContingencyPpb: 15 * MILLION,
        shortOptionContingencyPpb: 3 * MILLION,
      },
    ],
    scenarios: [...grid, ...tails, scenario(1, 1, 0.036), scenario(0, 3), scenario(0, 4)],
  };
}

/** Every parameter at its default, which does nothing. */
function neutralTerms(): Terms {
  return Object.fromEntries(
    Object.entries<Field>(catalogue.RulebookPublished.fields.scenarioTerms.fields).map(
      ([name, field]) => [name, ('default' in field ? field.default : undefined) ?? 0],
    ),
  ) as unknown as Terms;
}
