/** One day of prices over one population: what it costs, and what brute force says to it. */
import { layouts, readRecord, recordLengthAt, templateIdAt } from '#libs/events';
import { I } from '#libs/market';
import { AuditedBands, type Verdict } from './audited-bands.js';
import { TickHouse, type TickPopulation } from './tick-house.js';
import { CHAIN, chainTicks } from './tick-chain.js';
import { BITCOIN, dayTicks, ETHER } from './tick-market.js';

const GAP = 0.95;
const PRICES_A_FRAME = 2;

interface Tick {
  readonly instrument: number;
  readonly priceTicks: number;
}

interface Span {
  readonly ticks: number;
  readonly seconds: number;
  /** Of all threads of the process: what remains when others use the machine. */
  readonly cpuSeconds: number;
  readonly evaluations: number;
}

export interface DayFigures {
  readonly buildSeconds: number;
  /** The first pass alone: everybody's first bands, and nearly all breaches. */
  readonly first: Span;
  /** All passes, the first among them. */
  readonly all: Span;
  /** Both prices 5 % lower. */
  readonly gap: Span;
  /** New volatilities with options under scenarios: a valuation epoch, everybody judged; else nothing. */
  readonly epoch: Span;
  readonly breaches: number;
  readonly warnings: number;
  readonly auditedPrices: number;
  readonly auditSeconds: number;
}

export interface DayPlan {
  /** Minutes of the day, from its beginning. */
  readonly minutes: number;
  /** The day goes on backwards, and forwards again, until so many passes are done. */
  readonly passes: number;
  /** Every so many ticks brute force looks at everybody; it is not timed with the ticks. */
  readonly auditEvery: number;
}

/** What is timed: the prices, all they cause, the frames and their checks. */
export class TickDay {
  readonly #day: TickHouse;
  readonly #bands: AuditedBands;
  #spentMs = 0;
  #cpuUs = 0;
  #warnings = 0;
  #breaches = 0;

  constructor(population: TickPopulation, bandsOf = auditedBands) {
    let bands: AuditedBands | undefined;
    this.#day = new TickHouse(population, (state, evaluation) => {
      bands = bandsOf(state, evaluation);
      return bands;
    });
    if (bands === undefined) throw new Error('a house makes its watch');
    this.#bands = bands;
  }

  run({ minutes, passes, auditEvery }: DayPlan): DayFigures {
    const path = pathOf(minutes, passes, this.#day.population.chain !== undefined);
    const first = path.length / passes;
    const start = this.#meter();
    this.#follow(path.slice(0, first), auditEvery);
    const day = this.#meter();
    this.#follow(path.slice(first), auditEvery);
    const end = this.#meter();
    const [gap, afterGap] = [this.#gap(), this.#meter()];
    const [epochs, afterEpoch] = [this.#epoch(), this.#meter()];
    return {
      buildSeconds: this.#day.buildSeconds,
      first: { ticks: first, ...difference(start, day) },
      all: { ticks: path.length, ...difference(start, end) },
      gap: { ticks: gap, ...difference(end, afterGap) },
      epoch: { ticks: epochs, ...difference(afterGap, afterEpoch) },
      breaches: this.#breaches,
      warnings: this.#warnings,
      auditedPrices: this.#bands.auditedPrices,
      auditSeconds: this.#bands.auditSeconds,
    };
  }

  #follow(path: readonly Tick[], auditEvery: number): void {
    this.#start();
    for (let k = 0; k < path.length; k += 1) {
      const { instrument, priceTicks } = path[k] as Tick;
      this.#price(instrument, priceTicks, k % auditEvery === auditEvery - 1);
      if (k % PRICES_A_FRAME === PRICES_A_FRAME - 1) this.#cut();
    }
    this.#stop();
  }

  /** One price. The audit, and reading the records for it, are not part of the time. */
  #price(instrument: number, priceTicks: number, isAudited: boolean): void {
    if (!isAudited) {
      this.#day.price(instrument, priceTicks);
      return;
    }
    this.#cut();
    this.#stop();
    this.#bands.isAuditing = true;
    this.#day.price(instrument, priceTicks);
    this.#bands.isAuditing = false;
    compare(this.#bands.verdict, this.#recorded());
    this.#cut();
    this.#start();
  }

  /** Ends the frame; its breaches are counted outside of the time when it has any. */
  #cut(): void {
    const { frame } = this.#day.house;
    if (frame.count > PRICES_A_FRAME) {
      this.#stop();
      const { warned, breached } = this.#recorded();
      this.#warnings += warned.length;
      this.#breaches += breached.length;
      this.#start();
    }
    this.#day.cut();
  }

  #start(): void {
    const { user, system } = process.cpuUsage();
    this.#cpuUs -= user + system;
    this.#spentMs -= performance.now();
  }

  #stop(): void {
    this.#spentMs += performance.now();
    const { user, system } = process.cpuUsage();
    this.#cpuUs += user + system;
  }

  /** Both prices fall by 5 % from where they are. */
  #gap(): number {
    const { instruments } = this.#day.house.state;
    this.#start();
    for (const instrument of [BITCOIN, ETHER]) {
      this.#price(instrument, Math.round(instruments.get(instrument, I.markTicks) * GAP), false);
    }
    this.#cut();
    this.#stop();
    return 2;
  }

  /** New volatilities of one coin. */
  #epoch(): number {
    const { population, house } = this.#day;
    if (population.chain?.model !== 'scenario') return 0;
    this.#start();
    this.#day.surface(BITCOIN, house.state.instruments.get(BITCOIN, I.markTicks));
    this.#cut();
    this.#stop();
    return 1;
  }

  #meter(): Meter {
    const { evaluations } = this.#day.house.judgement.evaluation;
    return { spentMs: this.#spentMs, cpuUs: this.#cpuUs, evaluations };
  }

  /** What the present frame says of warnings and breaches so far. */
  #recorded(): Verdict {
    const { frame } = this.#day.house;
    const found = { warned: [] as number[], cleared: [] as number[], breached: [] as number[] };
    for (let at = 0; at < frame.length; at += recordLengthAt(frame.view, at)) {
      const list = listOf(found, templateIdAt(frame.view, at));
      if (list === undefined) continue;
      const message = readRecord(frame.view, at);
      if ('account' in message) list.push(message.account);
    }
    return found;
  }
}

function listOf(found: Record<keyof Verdict, number[]>, templateId: number): number[] | undefined {
  if (templateId === layouts.AccountWarned.templateId) return found.warned;
  if (templateId === layouts.WarningCleared.templateId) return found.cleared;
  return templateId === layouts.MarginBreached.templateId ? found.breached : undefined;
}

/** @throws Error when the house and brute force differ about anybody, or about the order. */
function compare(verdict: Verdict | undefined, recorded: Verdict): void {
  const [everybody, banded] = [JSON.stringify(verdict), JSON.stringify(recorded)];
  if (everybody === banded) return;
  throw new Error(`brute force and the bands differ: ${everybody}, bands ${banded}`);
}

interface Meter {
  readonly spentMs: number;
  readonly cpuUs: number;
  readonly evaluations: number;
}

function difference(from: Meter, to: Meter): Omit<Span, 'ticks'> {
  return {
    seconds: (to.spentMs - from.spentMs) / 1000,
    cpuSeconds: (to.cpuUs - from.cpuUs) / 1e6,
    evaluations: to.evaluations - from.evaluations,
  };
}

function auditedBands(...of: ConstructorParameters<typeof AuditedBands>): AuditedBands {
  return new AuditedBands(...of);
}

/** The day forwards, backwards, forwards …: each step of a price is a real minute's return. */
function pathOf(minutes: number, passes: number, isWithChain: boolean): Tick[] {
  const day = dayTicks();
  const all = Array.from({ length: minutes }, (_, minute) => minute);
  const forwards = all.slice(1).map((minute) => minuteTicks(day, minute, isWithChain));
  const path: Tick[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    path.push(...(pass % 2 === 0 ? forwards : forwards.toReversed()).flat());
  }
  return path;
}

/** Both coins' closes, and where there is a chain all its options after them. */
function minuteTicks(
  day: ReadonlyMap<number, readonly number[]>,
  minute: number,
  isWithChain: boolean,
) {
  const ticks: Tick[] = [];
  for (const instrument of [BITCOIN, ETHER]) {
    const priceTicks = day.get(instrument)?.[minute];
    if (priceTicks !== undefined) ticks.push({ instrument, priceTicks });
  }
  for (const option of isWithChain ? CHAIN : []) {
    const closes = day.get(option.underlying);
    const priceTicks = chainTicks(option, closes?.[minute] ?? 1, closes?.[0] ?? 1);
    ticks.push({ instrument: option.id, priceTicks });
  }
  return ticks;
}
