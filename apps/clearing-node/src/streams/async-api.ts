import { type EventName, jsonSchemaOf, type JsonSchema } from '#libs/events';
import { CHANNEL_NAMES, STREAM_CLOSE, STREAM_PATH } from '#libs/wire';
import { CHANNELS } from './channels.js';
import { STREAM_FAULTS } from './stream-fault.js';

const sequence = { type: 'string', pattern: '^(0|[1-9][0-9]{0,15})$' };
const text = (maxLength: number): JsonSchema => ({ type: 'string', minLength: 1, maxLength });
const whole = { type: 'integer', minimum: 1 };
const time = { type: 'string', format: 'date-time' };
const through = { type: 'object', additionalProperties: sequence };

/** A message: its fields, those that are always there, and what it is for. */
function message(
  op: string,
  summary: string,
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const all: Readonly<Record<string, JsonSchema>> = { op: { const: op }, ...properties };
  const required = Object.keys(all).filter((name) => !optional.includes(name));
  return { name: op, summary, payload: { type: 'object', properties: all, required } };
}

const channel = { enum: [...CHANNEL_NAMES] };
const filters = { account: text(32), publisher: text(32) };
const request = text(36);

const fromClient = [
  message('authenticate', 'The token, unless the upgrade had it.', { token: text(256) }),
  message(
    'subscribe',
    'Follow a channel, from a sequence, from the head, or from a snapshot.',
    { channel, ...filters, from: { oneOf: [{ const: 'head' }, sequence] }, request },
    ['account', 'publisher', 'from', 'request'],
  ),
  message('unsubscribe', 'End a subscription.', { subscription: whole }),
  message('ping', 'Ask whether the node is there.', { nonce: text(36) }, ['nonce']),
];

function fromServer(): JsonSchema[] {
  const subscription = whole;
  const gap = {
    from: sequence,
    to: sequence,
    reason: { enum: ['not-in-this-log', 'log-unreadable'] },
  };
  const fault = { code: { enum: Object.keys(STREAM_FAULTS) }, field: text(64), rule: text(200) };
  const events = { type: 'array', items: { $ref: '#/components/schemas/StreamedEvent' } };
  const state = { type: 'object' };
  return [
    message('welcome', 'The token is good.', { name: text(32), role: text(32), sequence, time }),
    message(
      'subscribed',
      'The answer to subscribe.',
      { subscription, channel, ...filters, from: sequence, sequence, snapshots: whole, request },
      ['account', 'publisher', 'snapshots', 'request'],
    ),
    message('snapshot', 'State of an account after an event.', {
      ...{ subscription, sequence, time, account: text(32), state },
    }),
    message('events', 'Events; `number` is that of the first.', {
      ...{ subscription, number: whole, events },
    }),
    message('gap', 'Sequences that cannot be had.', { subscription, ...gap }),
    message('heartbeat', 'How far the node is, and what has been sent.', {
      ...{ sequence, time, through },
    }),
    message('unsubscribed', 'The answer to unsubscribe.', { subscription }),
    message('pong', 'The answer to ping.', { sequence, nonce: text(36) }, ['nonce']),
    message('dropped', 'The subscriber is too slow; the connection ends.', {
      ...{ code: { const: 'slow' }, through },
    }),
    message('error', 'A message was refused.', { ...fault, remedy: text(200), request }, [
      ...['field', 'request'],
    ]),
  ];
}

const acknowledged: JsonSchema = {
  type: 'object',
  description: 'What became of the inputs of a publisher in a frame.',
  properties: {
    ...{ sequence, frame: sequence, time, type: { const: 'InputsAcknowledged' } },
    ...{ version: { const: 1 }, cause: sequence, publisher: text(32) },
    runs: { type: 'array', items: { type: 'array', minItems: 3, maxItems: 3 } },
    rejected: { type: 'array', items: { type: 'object' } },
    identified: { type: 'array', items: { type: 'array', minItems: 2, maxItems: 2 } },
  },
};

/** Events that are streamed as they stand in the log. */
function streamedEvents(): EventName[] {
  const channels = Object.values(CHANNELS).filter(({ isSummary }) => isSummary !== true);
  return [...new Set(channels.flatMap(({ events }) => events.map(({ event }) => event)))].sort();
}

/** The streams as an AsyncAPI 3.0 document, made of the channel table and the catalogue. */
export function asyncApiDocument(): JsonSchema {
  const names = streamedEvents();
  const messages = Object.fromEntries([
    ...fromClient.map((one) => [`client.${String(one['name'])}`, one] as const),
    ...fromServer().map((one) => [`server.${String(one['name'])}`, one] as const),
  ]);
  const refs = (side: string): JsonSchema[] =>
    Object.keys(messages)
      .filter((name) => name.startsWith(side))
      .map((name) => ({ $ref: `#/channels/stream/messages/${name}` }));
  const schemaRefs = ['InputsAcknowledged', ...names].map((name) => ({
    $ref: `#/components/schemas/${name}`,
  }));
  return {
    asyncapi: '3.0.0',
    info: { title: 'Novate streams', version: '1', license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    channels: {
      stream: {
        address: STREAM_PATH,
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        'x-channels': CHANNELS,
        'x-close-codes': STREAM_CLOSE,
      },
    },
    operations: {
      say: { action: 'receive', channel: { $ref: '#/channels/stream' }, messages: refs('client.') },
      tell: { action: 'send', channel: { $ref: '#/channels/stream' }, messages: refs('server.') },
    },
    components: {
      messages,
      schemas: {
        StreamedEvent: { oneOf: schemaRefs },
        InputsAcknowledged: acknowledged,
        ...Object.fromEntries(names.map((name) => [name, jsonSchemaOf(name)])),
      },
    },
  };
}
