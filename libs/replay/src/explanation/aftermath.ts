import { ORDINALS_PER_BREACH } from '#libs/default-management';
import { layouts, type Message, type MessageName } from '#libs/events';
import { type EventReader, eventsOf, type RecordedEvent } from '../event-reader.js';
import { orderOf } from './links.js';

/** More of what followed is counted, not listed. */
export const FOLLOWED_MAX = 200;

const STORY: readonly MessageName[] = [
  'LiquidationOpened',
  'LiquidationPlanned',
  'MarginCallIssued',
  'MarginCallMet',
  'MarginCallMissed',
  'MarginCallExtended',
  'OrderCancellationRequested',
  'OrderCancellationAnswered',
  'OrderCancellationUnresolved',
  'LiquidationOrderIssued',
  'LiquidationOrderAnswered',
  'LiquidationOrderUnresolved',
  'LiquidationOrderClosed',
  'LiquidationCompleted',
  'LiquidationPaced',
  'LiquidationDeferred',
  'LiquidationResumed',
  'LiquidationAttemptFailed',
  'TakeOverDeclined',
  'PortfolioTakenOver',
  'DeleveragingStarted',
  'PositionDeleveraged',
  'DeleveragingSkipped',
  'DeleveragingEnded',
  'TradeNovated',
  'AccountDefaulted',
  'MemberCalled',
  'MemberPaid',
  'ShortfallCovered',
  'AccountClosedOut',
  'WithdrawalReleased',
  'WithdrawalCancelled',
  'PaymentConfirmed',
  'PaymentFailed',
  'TradeBustRequested',
];

const templates = new Set(STORY.map((name) => layouts[name].templateId));

/** What an event led to. */
export interface Aftermath {
  readonly events: readonly RecordedEvent[];
  /** How many there are in all; more than listed when there were too many. */
  readonly count: number;
}

/**
 * What followed from an event: for a liquidation (`breach` not 0) everything to its end, for a
 * withdrawal or a trade its later life, otherwise what it caused in its frame.
 */
export async function aftermathOf(
  event: RecordedEvent,
  breach: RecordedEvent | undefined,
  reader: EventReader,
): Promise<Aftermath> {
  const followed = new Map<number, RecordedEvent>();
  for (const caused of await consequencesOf(event, reader)) followed.set(caused.sequence, caused);
  for (const later of await storyOf(event, breach, reader)) followed.set(later.sequence, later);
  const events = [...followed.values()].sort((a, b) => a.sequence - b.sequence);
  return { events: events.slice(0, FOLLOWED_MAX), count: events.length };
}

/** Everything in its frame that goes back to an event. */
async function consequencesOf(event: RecordedEvent, reader: EventReader): Promise<RecordedEvent[]> {
  const frame = await reader.frameOf(event.sequence);
  if (frame === undefined) return [];
  const from = new Set([event.sequence]);
  return eventsOf(frame).filter(({ sequence, cause }) => {
    if (sequence <= event.sequence || !from.has(cause)) return false;
    from.add(sequence);
    return true;
  });
}

async function storyOf(
  event: RecordedEvent,
  breach: RecordedEvent | undefined,
  reader: EventReader,
): Promise<RecordedEvent[]> {
  const belongs = membershipOf(event, breach);
  if (belongs === undefined) return [];
  const story: RecordedEvent[] = [];
  for await (const later of reader.scan(event.sequence + 1, templates)) {
    const verdict = belongs(later.message, later.sequence);
    if (verdict !== 'no') story.push(later);
    if (verdict === 'last') break;
  }
  return story;
}

type Verdict = 'no' | 'yes' | 'last';
type Membership = (message: Message, sequence: number) => Verdict;

function membershipOf(
  { message, sequence }: RecordedEvent,
  breach: RecordedEvent | undefined,
): Membership | undefined {
  if (isEnd(message)) return undefined;
  if (breach !== undefined && 'account' in breach.message) {
    return liquidationOf(breach.sequence, breach.message.account);
  }
  const withdrawal =
    message.type === 'WithdrawalRequested'
      ? sequence
      : message.type === 'WithdrawalReleased'
        ? message.withdrawal
        : 0;
  if (withdrawal !== 0) return (m) => verdictOnWithdrawal(m, withdrawal);
  if (message.type === 'TradeNovated') {
    return (m) => (m.type === 'TradeBustRequested' && m.tradeSequence === sequence ? 'last' : 'no');
  }
  return undefined;
}

function isEnd(message: Message): boolean {
  return (
    message.type === 'LiquidationCompleted' ||
    message.type === 'AccountClosedOut' ||
    message.type === 'MarginCallMet'
  );
}

function verdictOnWithdrawal(m: Message, withdrawal: number): Verdict {
  if (!('withdrawal' in m) || m.withdrawal !== withdrawal) return 'no';
  return m.type === 'WithdrawalReleased' ? 'yes' : 'last';
}

/** Everything of one liquidation, by its breach and the unit that breached. */
function liquidationOf(breach: number, unit: number): Membership {
  return (m) => {
    if ('breach' in m) {
      if (m.breach !== breach) return 'no';
      return m.type === 'LiquidationCompleted' ? 'last' : 'yes';
    }
    const order = m.type === 'LiquidationOrderIssued' ? m.order : orderOf(m);
    if (order !== 0) return Math.floor(order / ORDINALS_PER_BREACH) === breach ? 'yes' : 'no';
    if (!('account' in m) || m.account !== unit) return 'no';
    return isEnd(m) ? 'last' : 'yes';
  };
}
