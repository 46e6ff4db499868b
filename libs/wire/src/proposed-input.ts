import { FieldError, type InputMessage, inputFromJson, parseTime } from '#libs/events';
import type { Directory, RefTarget } from '#libs/events';

/** Most characters of a message id. */
const MESSAGE_ID_MAX = 36;
const SHOWN_VALUE = 80;

/** What a message id must be, as the end of a sentence. */
export const MESSAGE_ID_RULE = `must be 1 to ${String(MESSAGE_ID_MAX)} printable ASCII characters`;

export function isMessageId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MESSAGE_ID_MAX && /^[!-~]+$/.test(value);
}

/** An input as a line proposes it. */
export interface ProposedInput {
  readonly message: InputMessage;
  /** Log time it asks for, microseconds; undefined when it names none. */
  readonly timeUs: number | undefined;
  readonly messageId: string;
}

/** Why a line is no input. */
export interface LineFault {
  /** Path such as `priceTicks`; absent when it is the line as a whole. */
  readonly field?: string;
  readonly value?: string;
  readonly rule: string;
  /** Of what kind the thing is that nobody knows (yet); absent when something else is wrong. */
  readonly unknown?: RefTarget;
}

/** A line that cannot be taken; nothing is recorded of it. */
export class LineError extends Error {
  constructor(readonly fault: LineFault) {
    super(fault.field === undefined ? `the line ${fault.rule}` : `${fault.field} ${fault.rule}`);
    this.name = 'LineError';
  }
}

/**
 * Reads one line: `{type, ...fields}` with optional `time`, `messageId`, `publisher` (default
 * operator) and `publisherSequence`.
 * @throws LineError
 */
export function readProposedInput(text: string, directory: Directory): ProposedInput {
  return proposedInputOf({ publisher: 'operator', ...parse(text) }, directory);
}

/** As `readProposedInput`, of an object that was parsed already. @throws LineError */
export function proposedInputOf(
  json: Readonly<Record<string, unknown>>,
  directory: Directory,
): ProposedInput {
  const { time, messageId, ...fields } = json;
  const timeUs = time === undefined ? undefined : readTime(time);
  const id = messageId === undefined ? '' : readMessageId(messageId);
  try {
    const message = inputFromJson(fields, directory);
    const { publisherSequence } = message;
    if (publisherSequence < 0) {
      const rule = 'must not be negative: numbers of a session begin with 1, and 0 is none';
      throw new FieldError('publisherSequence', publisherSequence, rule);
    }
    return { message, timeUs, messageId: id };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    const { field, value, rule, unknown } = error;
    if (field === '') throw new LineError({ rule });
    const kind = unknown === undefined ? {} : { unknown };
    throw new LineError({ field, value: shownValue(value), rule, ...kind });
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new LineError({ value: shownValue(text), rule: `is not JSON: ${detail.slice(0, 120)}` });
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    return json as Readonly<Record<string, unknown>>;
  }
  throw new LineError({ value: shownValue(json), rule: 'is not a JSON object' });
}

function readTime(value: unknown): number {
  const timeUs = typeof value === 'string' ? parseTime(value) : undefined;
  if (timeUs !== undefined && timeUs > 0) return timeUs;
  const rule = 'must be an RFC 3339 time such as 2021-05-19T12:58:00.000000Z';
  throw new LineError({ field: 'time', value: shownValue(value), rule });
}

function readMessageId(value: unknown): string {
  if (isMessageId(value)) return value;
  throw new LineError({ field: 'messageId', value: shownValue(value), rule: MESSAGE_ID_RULE });
}

/** A value as an error shows it: short. */
export function shownValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}…` : text;
}
