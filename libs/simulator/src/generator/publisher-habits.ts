import type { InputMessage, Message } from '#libs/events';
import type { Random } from '../market/random.js';
import type { Step } from './steps.js';
import { oneOf, type WorldContext } from './world-context.js';

const OPERATOR = 1;
const VENUE_FEED = 2;
const PRICE_FEED = 3;
/** Nobody's id. */
const STRANGER = 77;
const RECENT = 24;

interface Sent {
  readonly message: InputMessage;
  readonly messageId: string;
}

/**
 * How publishers send: the feeds in sessions with dense numbers, others sometimes under message ids;
 * and the mistakes they make with both: repetitions, gaps, ids used twice, ids too old, messages
 * that only the house may make, senders nobody knows.
 */
export class PublisherHabits {
  private readonly identified: Sent[] = [];
  private readonly sequenced: InputMessage[] = [];
  private ids = 0;

  constructor(
    private readonly context: WorldContext,
    private readonly random: Random,
  ) {}

  /** The step in which a message is sent in the usual way. */
  sent(message: InputMessage): Step {
    const feed = message.type === 'TradeReported' ? VENUE_FEED : PRICE_FEED;
    const isFed = message.type === 'TradeReported' || message.type === 'PriceObserved';
    if (isFed && this.random.below(3) > 0) return this.sequencedStep(message, feed);
    if (this.random.below(6) === 0) return this.identifiedStep(message);
    return step(message);
  }

  private sequencedStep(message: InputMessage, publisher: number): Step {
    const last = this.context.state.publishers.get(publisher)?.lastSequence ?? 0;
    const sequenced = { ...message, publisher, publisherSequence: last + 1 };
    this.sequenced.push(sequenced);
    if (this.sequenced.length > RECENT) this.sequenced.shift();
    return step(sequenced);
  }

  private identifiedStep(message: InputMessage, publisher = OPERATOR): Step {
    const sent = { message: { ...message, publisher }, messageId: this.nextId() };
    this.identified.push(sent);
    if (this.identified.length > RECENT) this.identified.shift();
    return step(sent.message, sent.messageId);
  }

  /** Ids begin with an ascending number; two publishers' ids may be equal. */
  private nextId(): string {
    this.ids += 1;
    return `${String(this.ids).padStart(8, '0')}-${String(this.random.below(1000))}`;
  }

  /** A step that breaks the custom. */
  misbehave(): Step | undefined {
    const choose = this.random.pick<() => Step | undefined>([
      [() => this.repeatedId(), 150],
      [() => this.reusedId(), 150],
      [() => this.oldId(), 200],
      [() => this.repeatedNumber(), 150],
      [() => this.gap(), 100],
      [() => this.stranger(), 100],
      [() => this.decision(), 150],
    ]);
    return choose();
  }

  private repeatedId(): Step | undefined {
    const sent = oneOf(this.random, this.identified);
    return sent === undefined ? undefined : step(sent.message, sent.messageId);
  }

  private reusedId(): Step | undefined {
    const sent = this.identified.at(-1);
    const other = oneOf(this.random, this.sequenced);
    if (sent === undefined || other === undefined) return undefined;
    if (sent.message.type === 'TradeReported') {
      // The same trade under its id, but for what it says besides.
      const details = sent.message.details === '' ? '{"segment":"other"}' : '';
      return step({ ...sent.message, details }, sent.messageId);
    }
    const message = { ...other, publisher: OPERATOR, publisherSequence: 0 };
    return step(message, sent.messageId);
  }

  private oldId(): Step | undefined {
    const other = oneOf(this.random, this.sequenced);
    if (other === undefined) return undefined;
    const message = { ...other, publisher: OPERATOR, publisherSequence: 0 };
    return step(message, `00000001-${String(this.random.below(1000))}x`);
  }

  private repeatedNumber(): Step | undefined {
    const message = oneOf(this.random, this.sequenced);
    return message === undefined ? undefined : step(message);
  }

  private gap(): Step | undefined {
    const message = oneOf(this.random, this.sequenced);
    if (message === undefined) return undefined;
    return step({ ...message, publisherSequence: message.publisherSequence + 1000 });
  }

  private stranger(): Step | undefined {
    const message = oneOf(this.random, this.sequenced);
    if (message === undefined) return undefined;
    const publisherSequence = this.random.below(3);
    return step({ ...message, publisher: STRANGER, publisherSequence });
  }

  /** A message that only the house makes, sent as if it were an input. */
  private decision(): Step {
    const { random } = this;
    const account = 1 + random.below(5);
    const decisions: Message[] = [
      { type: 'AccountClosedOut', account },
      { type: 'MarketStateChanged', instrument: 1, marketState: 4 },
      { type: 'WithdrawalCancelled', withdrawal: random.below(500), reason: 211 },
      { type: 'TimeAdvanced' },
    ];
    const trade = oneOf(random, this.context.trades);
    if (trade !== undefined) decisions.push(trade.message);
    return step(oneOf(random, decisions) ?? { type: 'TimeAdvanced' });
  }
}

function step(message: Message, messageId = ''): Step {
  return { kind: 'input', message, messageId };
}
