import type { Grant } from '#libs/access';
import type { Directory, InputMessage, InputName } from '#libs/events';
import {
  isMessageId,
  LineError,
  MESSAGE_ID_RULE,
  type ProposedInput,
  proposedInputOf,
  shownValue,
} from '#libs/wire';
import { jsonObjectOf } from '../http/json-text.js';
import { Problem } from '../http/problem.js';
import { sendersOf } from '../operations/input-routes.js';

/** Longest line of a batch, and largest single input. */
const LINE_CHARACTERS_MAX = 65_536;

/** What an input is read with: who sends it, and what the route says of it. */
export interface InputSource {
  readonly grant: Grant;
  /** Type that the route fixes. */
  readonly type: InputName | 'any';
  /** Id given beside the body. */
  readonly messageId?: string;
}

/** Under whom a token sends. */
export function publisherOf(grant: Grant): string {
  return grant.publisher ?? 'operator';
}

/**
 * Reads one input and checks that its sender may send it.
 * @throws LineError when it is no input, Problem 403 when it is not for this sender
 */
export function readInput(text: string, source: InputSource, names: Directory): ProposedInput {
  if (text.length > LINE_CHARACTERS_MAX) {
    throw new LineError({ rule: `has more than ${String(LINE_CHARACTERS_MAX)} characters` });
  }
  const given = jsonObjectOf(text);
  const type = typeOf(given['type'], source.type);
  const messageId = messageIdOf(given['messageId'], source.messageId);
  const publisher = publisherOf(source.grant);
  if (Object.hasOwn(given, 'publisherSequence')) {
    throw new LineError({
      field: 'publisherSequence',
      value: shownValue(given['publisherSequence']),
      rule: 'belongs to the binary stream; over HTTP the messageId makes an input unique',
    });
  }
  if (given['publisher'] !== undefined && given['publisher'] !== publisher) {
    throw new Problem(403, 'forbidden', 'The publisher must be the one of this token.', {
      field: 'publisher',
      value: shownValue(given['publisher']),
      rule: 'must be the one of this token',
      messageId,
    });
  }
  const input = proposedInputOf({ ...given, type, messageId, publisher }, names);
  checkSender(input.message, source.grant, messageId);
  return input;
}

function typeOf(given: unknown, fixed: InputName | 'any'): unknown {
  if (fixed === 'any') return given;
  if (given === undefined || given === fixed) return fixed;
  throw new LineError({
    field: 'type',
    value: shownValue(given),
    rule: `must be ${fixed} on this route, or left out`,
  });
}

function messageIdOf(given: unknown, beside: string | undefined): string {
  const id = given ?? beside;
  if (id === undefined || id === '') {
    throw new LineError({
      field: 'messageId',
      value: 'nothing',
      rule: 'is missing: it makes a repeated input harmless (or send the header Idempotency-Key)',
    });
  }
  if (beside !== undefined && beside !== id) {
    const rule = 'must be the same as the header Idempotency-Key';
    throw new LineError({ field: 'messageId', value: shownValue(given), rule });
  }
  if (isMessageId(id)) return id;
  throw new LineError({ field: 'messageId', value: shownValue(id), rule: MESSAGE_ID_RULE });
}

function checkSender(message: InputMessage, { role }: Grant, messageId: string): void {
  const isSender = sendersOf(message.type).includes(role);
  const isFillOnly = role === 'executor' && message.type === 'TradeReported';
  if (isSender && !(isFillOnly && message.liquidationOrder === 0)) return;
  const rule = isSender ? 'must name the order: an executor reports fills alone' : '';
  throw new Problem(403, 'forbidden', 'The role of this token may not send this input.', {
    field: isSender ? 'liquidationOrder' : 'type',
    value: isSender ? '0' : message.type,
    rule: rule === '' ? 'must be one that the role may send' : rule,
    messageId,
  });
}
