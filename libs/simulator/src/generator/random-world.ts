import { Random } from '../market/random.js';
import type { ExpectedEvent } from '../twin/decimal-twin.js';
import type { TwinState } from '../twin/twin-state.js';
import {
  depositDraft,
  fundDraft,
  paymentDraft,
  rescueDraft,
  withdrawalDraft,
} from './cash-drafts.js';
import { CancelDesk } from './cancel-desk.js';
import { beyondNostro, cashFaults } from './cash-faults.js';
import { genesisInputs } from './genesis-inputs.js';
import { indexDraft, indexFaults, sourceDraft } from './index-drafts.js';
import { listingFaults } from './listing-faults.js';
import {
  currencyPriceDraft,
  fundingDraft,
  marketStateDraft,
  priceMove,
  settlementDraft,
  stampede,
} from './market-drafts.js';
import { marketFaults } from './market-faults.js';
import { openOrderDraft, openOrderFaults } from './open-order-drafts.js';
import { operatorDraft } from './operator-drafts.js';
import { OrderDesk } from './order-desk.js';
import { preciseDraft } from './precise-cash.js';
import { PublisherHabits } from './publisher-habits.js';
import { type Draft, inputOf, type Step } from './steps.js';
import { depthDraft, depthFaults } from './depth-drafts.js';
import { surfaceDraft, surfaceFaults } from './surface-drafts.js';
import { forwardDraft, rateDraft, termFaults } from './term-drafts.js';
import { bustDraft, herdTrade, recklessTrade, regularTrade } from './trade-drafts.js';
import { bustFaults, type Fault, tradeFaults } from './trade-faults.js';
import { oneOf, type RememberedTrade, type WorldContext } from './world-context.js';
import { BEGINNING, DAY, HOUR, MINUTE, planOf, SECOND, type WorldPlan } from './world-plan.js';

const faults: readonly Fault[] = Object.values<Fault>({
  ...tradeFaults,
  ...bustFaults,
  ...depthFaults,
  ...cashFaults,
  ...marketFaults,
  ...surfaceFaults,
  ...termFaults,
  ...indexFaults,
  ...listingFaults,
  ...openOrderFaults,
});

/** Streams of the seed: what one part draws never shifts what the other sees. */
const STREAM = { plan: 1001, world: 1002, habits: 1003 } as const;

/** What the world may know of the house besides its events. */
export interface HouseView {
  readonly state: Readonly<TwinState>;
  nextDeadlineUs(): number;
}

/**
 * A seeded world around the house: it builds members, accounts and contracts, then trades, moves
 * prices, pays, answers liquidation orders, lets time pass and makes every mistake there is. It is
 * adaptive: it looks at the house before each step and at the events after it.
 */
export class RandomWorld implements WorldContext {
  readonly random: Random;
  readonly plan: WorldPlan;
  readonly state: Readonly<TwinState>;
  readonly trades: RememberedTrade[] = [];
  private readonly desk: OrderDesk;
  private readonly cancelDesk: CancelDesk;
  private readonly habits: PublisherHabits;
  private readonly genesis: Step[];
  private numbers = 0;
  /** Turns left in which the herd may still gather before it is scattered. */
  private patience: number;

  constructor(
    seed: number,
    private readonly house: HouseView,
  ) {
    this.random = new Random(seed, STREAM.world);
    this.plan = planOf(seed, new Random(seed, STREAM.plan));
    this.state = house.state;
    this.desk = new OrderDesk(this);
    this.cancelDesk = new CancelDesk(this);
    this.habits = new PublisherHabits(this, new Random(seed, STREAM.habits));
    this.patience = 70 + this.random.below(60);
    const inputs = genesisInputs(this.plan, this.random).map((draft): Step => {
      return { kind: 'input', message: inputOf(draft), messageId: '' };
    });
    this.genesis = [{ kind: 'time', timeUs: BEGINNING, isIdle: true }, ...inputs];
  }

  nextNumber(): number {
    this.numbers += 1;
    return this.numbers;
  }

  /** What happens next. */
  next(): Step {
    const built = this.genesis.shift();
    if (built !== undefined) return built;
    for (;;) {
      const step = this.attempt();
      if (step !== undefined) return step;
    }
  }

  /** Looks at what the house said. */
  observe(events: readonly ExpectedEvent[]): void {
    for (const { sequence, message } of events) {
      if (message.type === 'LiquidationOrderIssued') this.desk.take(message);
      if (message.type === 'OrderCancellationRequested') this.cancelDesk.take(message);
      if (message.type === 'TradeNovated') this.trades.push({ sequence, message, isBusted: false });
      if (message.type === 'TradeBustRequested') this.noteBust(message.tradeSequence);
    }
  }

  private noteBust(tradeSequence: number): void {
    const busted = this.trades.find(({ sequence }) => sequence === tradeSequence);
    if (busted !== undefined) busted.isBusted = true;
  }

  private attempt(): Step | undefined {
    const { random, state } = this;
    const { upgradeAt, lastUpgradeAt, cheapestAt } = this.plan;
    if (state.logicVersion === 1 && state.sequence > upgradeAt) {
      return this.say({ type: 'LogicActivated', logicVersion: 2 });
    }
    if (state.logicVersion === 2 && state.sequence > lastUpgradeAt) {
      return this.say({ type: 'LogicActivated', logicVersion: 3 });
    }
    if (state.logicVersion === 3 && state.sequence > cheapestAt) {
      return this.say({ type: 'LogicActivated', logicVersion: 4 });
    }
    if (state.sweeps.length > 0 && random.below(6) === 0) return { kind: 'slice' };
    if (this.desk.pending > 0 && random.below(5) < 2) {
      const answer = this.desk.next();
      if (answer !== undefined) return this.say(answer);
    }
    if (this.cancelDesk.pending > 0 && random.below(4) === 0) {
      const answer = this.cancelDesk.next();
      if (answer !== undefined) return this.say(answer);
    }
    const isCalm = this.patience >= 0;
    const turn = random.pick<() => Step | undefined>([
      [() => this.sayIf(this.gather() ?? regularTrade(this)), 200],
      [() => this.sayIf(priceMove(this, isCalm)), 130],
      [() => this.sayIf(sourceDraft(this)), 30],
      [() => this.passTime(), 100],
      [() => this.sayIf(oneOf(random, faults)?.(this)), 140],
      [() => this.sayIf(this.cash()), 130],
      [() => this.sayIf(this.marketDay()), 65],
      [() => this.sayIf(operatorDraft(this)), 60],
      [() => this.sayIf(recklessTrade(this)), 45],
      [() => this.sayIf(openOrderDraft(this)), 65],
      [() => this.habits.misbehave(), 35],
    ]);
    return turn();
  }

  private say(draft: Draft): Step {
    return this.habits.sent(inputOf(draft));
  }

  private sayIf(draft: Draft | undefined): Step | undefined {
    return draft === undefined ? undefined : this.say(draft);
  }

  /** The herd buys until everyone has, or patience ends; then the price falls on all of them. */
  private gather(): Draft | undefined {
    if (this.patience < 0) return undefined;
    this.patience -= 1;
    const trade = herdTrade(this);
    if (this.patience >= 0 && trade !== undefined) {
      return this.random.below(5) > 0 ? trade : undefined;
    }
    this.patience = -1;
    return this.plan.hasStampede ? stampede(this) : undefined;
  }

  private cash(): Draft | undefined {
    const choose = this.random.pick<(context: WorldContext) => Draft | undefined>([
      [depositDraft, 140],
      [withdrawalDraft, 240],
      [beyondNostro, 50],
      [preciseDraft, 130],
      [paymentDraft, 220],
      [rescueDraft, 160],
      [fundDraft, 60],
    ]);
    return choose(this);
  }

  private marketDay(): Draft | undefined {
    const choose = this.random.pick<(context: WorldContext) => Draft | undefined>([
      [settlementDraft, 230],
      [fundingDraft, 160],
      [currencyPriceDraft, 120],
      [surfaceDraft, 90],
      [forwardDraft, 70],
      [rateDraft, 60],
      [indexDraft, 60],
      [depthDraft, 30],
      [marketStateDraft, 100],
      [bustDraft, 80],
    ]);
    return choose(this);
  }

  /** A tick, a while, exactly until the next deadline, or a jump after an outage. */
  private passTime(): Step {
    const { random, state } = this;
    const { timeUs } = state;
    const deadline = this.house.nextDeadlineUs();
    const isIdle = random.below(5) === 0;
    const by = (us: number): Step => ({ kind: 'time', timeUs: timeUs + us, isIdle });
    const kind = random.pick<'tick' | 'while' | 'deadline' | 'jump' | 'long'>([
      ['tick', 330],
      ['while', 250],
      ['deadline', 350],
      ['long', 30],
      ['jump', 40],
    ]);
    if (kind === 'jump') {
      const resumeAt = timeUs + random.below(120) * MINUTE;
      return this.habits.sent({
        type: 'TimeJumpAccepted',
        publisher: 1,
        publisherSequence: 0,
        resumeAt,
      });
    }
    const isNear = Number.isFinite(deadline) && deadline > timeUs && deadline < timeUs + DAY;
    if (kind === 'deadline' && isNear) {
      return { kind: 'time', timeUs: deadline + random.below(2) * SECOND, isIdle };
    }
    if (kind === 'tick') return by(random.below(2 * SECOND));
    return by(kind === 'long' ? random.below(2 * HOUR) : random.below(4) * MINUTE);
  }
}
