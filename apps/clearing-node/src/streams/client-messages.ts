import { CHANNEL_NAMES, type ChannelName, type ClientMessage } from '#libs/wire';
import { type FaultCode, RefusedMessage } from './stream-fault.js';

type Raw = Readonly<Record<string, unknown>>;

const NAME_BYTES_MAX = 32;
const TOKEN_CHARACTERS_MAX = 256;
const REQUEST_CHARACTERS_MAX = 36;
const SEQUENCE = /^[1-9]\d{0,15}$/;
const FIELDS: Readonly<Record<ClientMessage['op'], readonly string[]>> = {
  authenticate: ['token'],
  subscribe: ['channel', 'account', 'publisher', 'from', 'request'],
  unsubscribe: ['subscription'],
  ping: ['nonce'],
};

/** Reads one message of a client. @throws RefusedMessage */
export function readClientMessage(text: string): ClientMessage {
  const raw = parse(text);
  const { op } = raw;
  if (typeof op !== 'string' || !Object.hasOwn(FIELDS, op)) {
    throw new RefusedMessage('unknown-op', 'op');
  }
  const reader = new FieldReader(raw);
  const known = FIELDS[op as ClientMessage['op']];
  const unknown = Object.keys(raw).find((name) => name !== 'op' && !known.includes(name));
  if (unknown !== undefined) throw reader.refused('unknown-field', unknown.slice(0, 64));
  switch (op as ClientMessage['op']) {
    case 'authenticate':
      return { op: 'authenticate', token: reader.text('token', TOKEN_CHARACTERS_MAX) };
    case 'unsubscribe':
      return { op: 'unsubscribe', subscription: reader.subscription() };
    case 'ping':
      return { op: 'ping', ...reader.optional('nonce', REQUEST_CHARACTERS_MAX) };
    case 'subscribe':
      return {
        op: 'subscribe',
        channel: reader.channel(),
        ...reader.optional('account', NAME_BYTES_MAX),
        ...reader.optional('publisher', NAME_BYTES_MAX),
        ...reader.from(),
        ...reader.optional('request', REQUEST_CHARACTERS_MAX),
      };
  }
}

function parse(text: string): Raw {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RefusedMessage('not-json');
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject) throw new RefusedMessage('not-json');
  return value as Raw;
}

class FieldReader {
  private readonly request: string | undefined;

  constructor(private readonly raw: Raw) {
    const { request } = raw;
    const isUsable = typeof request === 'string' && request.length <= REQUEST_CHARACTERS_MAX;
    this.request = isUsable ? request : undefined;
  }

  refused(code: FaultCode, field: string): RefusedMessage {
    return new RefusedMessage(code, field, this.request);
  }

  text(name: string, max: number): string {
    const value = this.raw[name];
    if (typeof value !== 'string' || value.length === 0 || value.length > max) {
      throw this.refused('invalid-field', name);
    }
    return value;
  }

  optional<N extends string>(name: N, max: number): { [K in N]?: string } {
    if (this.raw[name] === undefined) return {};
    return { [name]: this.text(name, max) } as { [K in N]?: string };
  }

  channel(): ChannelName {
    const channel = this.text('channel', 64) as ChannelName;
    if (!CHANNEL_NAMES.includes(channel)) throw this.refused('unknown-channel', 'channel');
    return channel;
  }

  subscription(): number {
    const { subscription } = this.raw;
    if (Number.isSafeInteger(subscription) && Number(subscription) > 0) return Number(subscription);
    throw this.refused('invalid-field', 'subscription');
  }

  /** `head`, or a sequence from 1, as decimal text or a number. */
  from(): { from?: string } {
    const { from } = this.raw;
    if (from === undefined) return {};
    if (from === 'head') return { from };
    const text = typeof from === 'number' ? String(from) : from;
    if (typeof text === 'string' && SEQUENCE.test(text) && Number.isSafeInteger(Number(text))) {
      return { from: text };
    }
    throw this.refused('invalid-field', 'from');
  }
}
