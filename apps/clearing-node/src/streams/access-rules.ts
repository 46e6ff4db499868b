import type { Grant } from '#libs/access';
import { A } from '#libs/clearing';
import type { HouseState } from '#libs/clearing-house';
import type { SubscribeMessage } from '#libs/wire';
import { CHANNELS } from './channels.js';
import type { FeedScope } from './feed.js';
import { type FaultCode, RefusedMessage } from './stream-fault.js';

/** Channels whose events name accounts, so that one may be asked for. */
const BY_ACCOUNT = new Set<string>(['liquidations', 'calls', 'margin', 'positions', 'trades']);

/**
 * What a grant may see of what it asks for. Nobody learns whether an account exists that it may not
 * see: both have one answer.
 * @throws RefusedMessage
 */
export function scopeFor(grant: Grant, message: SubscribeMessage, state: HouseState): FeedScope {
  const { channel, request } = message;
  const refuse = (code: FaultCode, field: string): never => {
    throw new RefusedMessage(code, field, request);
  };
  const audience = CHANNELS[channel].audiences[grant.role];
  if (audience === undefined) return refuse('not-allowed', 'channel');
  if (message.account !== undefined && !BY_ACCOUNT.has(channel)) {
    return refuse('field-not-used', 'account');
  }
  if (message.publisher !== undefined && channel !== 'acks') {
    return refuse('field-not-used', 'publisher');
  }
  if (message.account !== undefined && audience === 'anonymous') {
    return refuse('not-allowed', 'account');
  }
  const own = audience === 'own';
  const { names, accounts } = state;
  const isMembers = own && grant.role === 'member';
  const member = isMembers ? names.idOf('member', grant.member ?? '') : 0;
  if (member === undefined) return refuse('unknown-member', 'channel');
  const account =
    message.account === undefined ? 0 : (names.idOf('account', message.account) ?? -1);
  const isForeign = isMembers && account > 0 && accounts.get(account, A.member) !== member;
  if (account < 0 || isForeign) return refuse('unknown-account', 'account');
  return { channel, audience, account, member, publisher: publisherFor(grant, message, state) };
}

/** The publisher whose acknowledgements are meant; 0 for all, or for another channel. */
function publisherFor(grant: Grant, message: SubscribeMessage, state: HouseState): number {
  if (message.channel !== 'acks') return 0;
  const isBound = grant.publisher !== undefined;
  if (isBound && message.publisher !== undefined && message.publisher !== grant.publisher) {
    throw new RefusedMessage('not-allowed', 'publisher', message.request);
  }
  const name = grant.publisher ?? message.publisher;
  if (name === undefined) return 0;
  const publisher = state.names.idOf('publisher', name);
  if (publisher !== undefined) return publisher;
  throw new RefusedMessage('unknown-publisher', 'publisher', message.request);
}
