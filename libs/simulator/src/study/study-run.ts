import { createHash } from 'node:crypto';
import type { InputMessage } from '#libs/events';
import { invariant } from '#libs/units';
import { type DeskSetting, ExecutionDesk } from './execution-desk.js';
import { HedgeMarket, listHedgeContracts } from './hedged-contracts.js';
import type { ImpactLaw } from './impact-book.js';
import { type Outcome, OutcomeTally } from './outcome.js';
import { policyOf, type Policy, type PolicyName } from './policies.js';
import type { MarketPath } from './price-path.js';
import {
  makerOf,
  markInputs,
  studyGenesis,
  type StudyMoney,
  type StudyWorld,
  surfaceInputs,
} from './study-genesis.js';
import { StudyHouse } from './study-house.js';
import { drawPopulation } from './study-population.js';
import type { StudyTerms } from './study-rulebooks.js';
import { StudyVenue } from './study-venue.js';

/** Deposit of the probe that finds out what an account needs. */
const PLENTY_MINOR = 2_000_000_000_000;
/** Fund of a pool, of what its accounts brought. */
const FUND_SHARE = 0.02;
const SURFACE_US = 900_000_000;
/** Rounds of orders and fills at one moment; who is not through goes on at the next step. */
const ROUNDS = 8;

export interface StudySetting {
  readonly path: MarketPath;
  readonly law: ImpactLaw;
  readonly indexWeight: number;
  readonly accounts: number;
  readonly openInterestMinutes: number;
  readonly orderLifeUs: number;
  readonly terms: StudyTerms;
  /** What the house's own policy has beside. */
  readonly ourExecution: StudyTerms['execution'];
  readonly logicVersion: number;
}

/** A population with its money: the same for each policy. */
export interface StudyCase {
  readonly setting: StudySetting;
  readonly seed: number;
  readonly world: StudyWorld;
  readonly money: StudyMoney;
  /** SHA-256 of all that is given: genesis and the outside prices. */
  readonly digest: string;
}

/** Draws the population of a seed, and asks a house what each account must bring. */
export function prepareCase(setting: StudySetting, seed: number): StudyCase {
  const { path, terms, logicVersion } = setting;
  const accounts = drawPopulation(path, { ...setting, seed });
  const market = new HedgeMarket(path.assets.map(({ prices }) => prices[0]!));
  const contracts = listHedgeContracts(path);
  const world = { path, contracts, market, accounts, logicVersion };
  const plenty = { deposits: accounts.map(() => PLENTY_MINOR), funds: [] };
  const probe = opened(studyGenesis(world, plenty, terms), path.startUs);
  const deposits = accounts.map(({ deposit, legs }, k) => {
    const [first] = legs;
    const contract = contracts[first!.contract - 1]!;
    const price = path.assets[contract.asset]!.prices[0]!;
    const { ticks } = market.worthOf(contract, price, path.startUs);
    const notional = Math.abs(first!.lots) * ticks;
    const { initial, equity } = probe.figures(k + 1);
    // Equity of the opened book less what was brought: premiums that were paid and are worth something.
    return Math.max(1, deposit(initial, notional) + PLENTY_MINOR - equity);
  });
  const funds = [1, 2].map((pool) =>
    Math.floor(
      FUND_SHARE * deposits.reduce((sum, x, k) => sum + (accounts[k]!.pool === pool ? x : 0), 0),
    ),
  );
  const money: StudyMoney = { deposits, funds };
  const genesis = studyGenesis(world, money, terms);
  return { setting, seed, world, money, digest: digestOf(genesis, path) };
}

function digestOf(genesis: readonly InputMessage[], path: MarketPath): string {
  const hash = createHash('sha256').update(JSON.stringify(genesis));
  for (const { prices, turnoverAMinute, volatilityOfAMinute } of path.assets) {
    for (const column of [prices, turnoverAMinute, volatilityOfAMinute]) hash.update(column);
  }
  return hash.digest('hex');
}

function opened(
  genesis: readonly InputMessage[],
  startUs: number,
  planner?: Policy['planner'],
): StudyHouse {
  const house = new StudyHouse(planner);
  house.advance(startUs);
  for (const input of genesis) house.submit(input);
  for (const told of house.decisions()) {
    const isFault = told.type === 'InputRejected' || told.type === 'TradeRejected';
    invariant(!isFault, 'a study begins as it was drawn', () => JSON.stringify(told));
  }
  return house;
}

/** Runs one policy over a case. */
export function runPolicy(given: StudyCase, name: PolicyName): Outcome {
  return new StudyRun(given, name).run();
}

class StudyRun {
  private readonly policy: Policy;
  private readonly house: StudyHouse;
  private readonly venue: StudyVenue;
  private readonly desk: ExecutionDesk;
  private readonly tally: OutcomeTally;
  private readonly lastMarks = new Map<number, number>();

  constructor(
    private readonly given: StudyCase,
    private readonly name: PolicyName,
  ) {
    const { setting, world, money } = given;
    this.policy = policyOf(name);
    const execution = name === 'ours' ? setting.ourExecution : {};
    const genesis = studyGenesis(world, money, { ...setting.terms, execution });
    this.house = opened(genesis, setting.path.startUs, this.policy.planner);
    this.venue = new StudyVenue({ ...setting, ...world });
    const desk: DeskSetting = {
      contracts: world.contracts,
      venue: this.venue,
      makerFor: (account) => makerOf(world, world.accounts[account - 1]!.pool),
      orderLifeUs: setting.orderLifeUs,
      coolDownUs: this.policy.coolDownUs,
    };
    this.desk = new ExecutionDesk(desk);
    this.tally = new OutcomeTally(given, this.house);
  }

  run(): Outcome {
    const { path } = this.given.setting;
    for (let step = 1; step < path.steps; step++) {
      const timeUs = path.startUs + step * path.stepUs;
      this.house.advance(timeUs);
      this.venue.advance(step);
      if ((this.given.setting.ourExecution.depthSharePpm ?? 0) > 0) this.tellDepth(timeUs);
      this.quote(timeUs);
      this.learn(timeUs);
      this.trade(timeUs);
    }
    return this.tally.outcome(this.name, {
      notional: this.desk.notional,
      largestMove: this.venue.largestMove,
      working: this.desk.workingCount,
    });
  }

  /** Marks and surfaces from the index; a mark that stands is not sent again. */
  private quote(timeUs: number): void {
    const { world } = this.given;
    const prices = this.venue.indexPrices();
    if ((timeUs - world.path.startUs) % SURFACE_US === 0) {
      for (const input of surfaceInputs(world, prices, timeUs)) this.house.submit(input);
    }
    for (const input of markInputs(world, prices, timeUs)) {
      if (input.type !== 'PriceObserved') continue;
      if (this.lastMarks.get(input.instrument) === input.priceTicks) continue;
      this.lastMarks.set(input.instrument, input.priceTicks);
      this.house.submit(input);
    }
  }

  /** What could be sold and bought within our limits, for rules of execution that ask. */
  private tellDepth(timeUs: number): void {
    const { world, setting } = this.given;
    for (const contract of world.contracts) {
      const markTicks = this.lastMarks.get(contract.id);
      if (markTicks === undefined) continue;
      const reach = Math.floor((markTicks * setting.terms.slippagePpm) / 1_000_000);
      this.house.submit({
        type: 'MarketDepthObserved',
        publisherSequence: 0,
        publisher: 1,
        instrument: contract.id,
        bidLots: this.venue.room(contract, false, markTicks - reach),
        askLots: this.venue.room(contract, true, markTicks + reach),
        indexTicks: 0,
        observedAt: timeUs,
      });
    }
  }

  /** Orders are worked where they stand until nothing more happens at this moment. */
  private trade(timeUs: number): void {
    for (let round = 0; round < ROUNDS && this.desk.workingCount > 0; round++) {
      const inputs = this.desk.execute(timeUs);
      if (inputs.length === 0) return;
      for (const input of inputs) this.house.submit(input);
      this.learn(timeUs);
    }
  }

  private learn(timeUs: number): void {
    for (const told of this.house.decisions()) {
      this.tally.learn(told);
      if (told.type === 'LiquidationOrderIssued') this.desk.receive(told, timeUs);
      if (told.type === 'LiquidationCompleted' || told.type === 'AccountClosedOut') {
        this.policy.forget(told.account);
      }
    }
  }
}
