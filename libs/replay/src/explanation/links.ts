import type { HouseState } from '#libs/clearing-house';
import { ORDINALS_PER_BREACH } from '#libs/default-management';
import { layouts, type Message } from '#libs/events';
import type { EventReader, RecordedEvent } from '../event-reader.js';

/** A step back from an event to an earlier one, and what joins them. */
export interface Link {
  readonly sequence: number;
  readonly because: string;
}

const ISSUED = new Set([
  layouts.LiquidationOrderIssued.templateId,
  layouts.OrderCancellationRequested.templateId,
]);
const MARGIN_CALL = 0;
const ORDER_TIMEOUT = 1;
const MEMBER_CALL = 2;

/**
 * What issued a command id, an order's or a cancellation's; undefined when there is none up to
 * `before`.
 */
export async function orderIssued(
  reader: EventReader,
  order: number,
  before: number,
): Promise<RecordedEvent | undefined> {
  const breach = Math.floor(order / ORDINALS_PER_BREACH);
  if (breach < 1 || breach >= before) return undefined;
  for await (const event of reader.scan(breach, ISSUED)) {
    if (event.sequence >= before) return undefined;
    const { message } = event;
    if (message.type === 'LiquidationOrderIssued' && message.order === order) return event;
    if (message.type === 'OrderCancellationRequested' && message.cancellation === order)
      return event;
  }
  return undefined;
}

/**
 * The earlier events that an event points at, besides the cause in its own frame: by its fields, or
 * through the state just before it (which `stateBefore` makes when it is needed).
 */
export async function linksOf(
  event: RecordedEvent,
  reader: EventReader,
  stateBefore: (sequence: number) => Promise<HouseState>,
): Promise<Link[]> {
  const { message, sequence } = event;
  const links: Link[] = directLinks(message);
  const order = orderOf(message);
  if (order !== 0) {
    const issued = await orderIssued(reader, order, sequence);
    if (issued !== undefined) links.push({ sequence: issued.sequence, because: 'the order' });
  }
  if (isLinkedByState(message)) {
    links.push(...stateLinks(message, await stateBefore(sequence)));
  }
  return links.filter((link) => link.sequence >= 1 && link.sequence < sequence);
}

function directLinks(message: Message): Link[] {
  const links: Link[] = [];
  if ('breach' in message) links.push({ sequence: message.breach, because: 'the breach' });
  if ('call' in message) links.push({ sequence: message.call, because: 'the call' });
  if ('withdrawal' in message) {
    links.push({ sequence: message.withdrawal, because: 'the withdrawal' });
  }
  if ('tradeSequence' in message) {
    links.push({ sequence: message.tradeSequence, because: 'the trade' });
  }
  if (message.type === 'DeadlineReached' && message.timerKind === MARGIN_CALL) {
    links.push({ sequence: message.reference, because: 'the call' });
  }
  return links;
}

/** The liquidation order or cancellation an event is about; 0 for none. */
export function orderOf(message: Message): number {
  if (message.type === 'LiquidationOrderIssued') return 0;
  if (message.type === 'OrderCancellationRequested') return 0;
  if ('order' in message) return message.order;
  if ('cancellation' in message) return message.cancellation;
  if ('liquidationOrder' in message) return message.liquidationOrder;
  return message.type === 'DeadlineReached' && message.timerKind === ORDER_TIMEOUT
    ? message.reference
    : 0;
}

function isLinkedByState(message: Message): boolean {
  switch (message.type) {
    case 'SweepContinued':
    case 'MemberPaid':
    case 'ShortfallCovered':
    case 'AccountClosedOut':
      return true;
    case 'DeadlineReached':
      return message.timerKind === MEMBER_CALL;
    default:
      return false;
  }
}

function stateLinks(message: Message, before: HouseState): Link[] {
  if (message.type === 'SweepContinued') {
    const sweep = before.sweeps.running[0];
    return sweep === undefined ? [] : [{ sequence: sweep.id, because: 'the sweep' }];
  }
  const owed = before.obligations.open.filter((obligation) =>
    message.type === 'DeadlineReached'
      ? obligation.member === message.subject
      : 'account' in message && obligation.account === message.account,
  );
  return owed.slice(0, 1).map(({ id }) => ({ sequence: id, because: 'the obligation' }));
}
