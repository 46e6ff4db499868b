import { ROLES } from '#libs/access';
import { catalogue, type JsonSchema } from '#libs/events';
import { accountSchemas } from './account-schemas.js';
import { exposureSchemas } from './exposure-schemas.js';
import {
  answer,
  count,
  date,
  decimal,
  list,
  name,
  object,
  oneOf,
  refer,
  sequence,
  text,
  time,
} from './schema-words.js';

const recorded = Object.values(catalogue).filter(({ kind }) => kind !== 'log' && kind !== 'trade');
const deadline = { deadline: time };
const order = object({
  order: sequence,
  account: name,
  instrument: name,
  side: oneOf('buy', 'sell'),
  quantityLots: decimal,
  filledLots: decimal,
  limitPriceTicks: decimal,
  state: text,
  /** Null when it has passed: the order is unknown, and waits for whatever the venue says. */
  deadline: { anyOf: [time, { type: 'null' }] },
});
const withdrawal = object({
  sequence,
  account: name,
  currency: name,
  amountMinor: decimal,
  state: oneOf('reserved', 'instructed'),
});
const grant = { name, role: oneOf(...ROLES), publisher: name, member: name };
const bound = ['publisher', 'member'];

const inputSchemas: Readonly<Record<string, JsonSchema>> = {
  TradeLeg: object({ side: oneOf('buy', 'sell'), account: name, uti: name, feeMinor: decimal }),
  InputAnswer: object(
    {
      messageId: name,
      status: { const: 'accepted' },
      type: name,
      sequence,
      frame: sequence,
      time,
      clearedAt: time,
      businessDate: date,
      tradeId: decimal,
      matchId: decimal,
      costMinor: decimal,
      legs: list(refer('TradeLeg')),
    },
    ['clearedAt', 'businessDate', 'tradeId', 'matchId', 'costMinor', 'legs'],
  ),
  Problem: {
    ...object(
      {
        type: { type: 'string', format: 'uri' },
        title: text,
        status: { type: 'integer', minimum: 400, maximum: 599 },
        detail: text,
        requestId: text,
        field: text,
        value: text,
        rule: text,
        remedy: text,
        reason: { type: 'integer', minimum: 100, maximum: 999 },
        reasonName: text,
        messageId: text,
        outcome: oneOf('rejected'),
        inputType: text,
        sequence,
        frame: sequence,
        time,
      },
      [],
    ),
    required: ['type', 'title', 'status', 'detail'],
    description: 'RFC 9457. With `reason`, the refusal stands in the log at `sequence`.',
  },
};

const houseSchemas: Readonly<Record<string, JsonSchema>> = {
  Status: answer(
    {
      time,
      frame: sequence,
      logicVersion: count,
      accounts: count,
      instruments: count,
      members: count,
      pools: count,
      runningSweeps: count,
    },
    ['time'],
  ),
  Members: answer({
    members: list(
      object({
        member: name,
        state: oneOf('current', 'called', 'late', 'defaulted', 'closed-out'),
        fundShareMinor: decimal,
        obligations: count,
      }),
    ),
  }),
  Instruments: answer({
    instruments: list(
      object({
        instrument: name,
        marketState: oneOf('open', 'stale', 'halted', 'settling', 'expired'),
        markTicks: decimal,
        tickDigits: count,
        openInterestLots: decimal,
      }),
    ),
  }),
  Pools: answer({
    pools: list(
      object({
        pool: name,
        currency: name,
        ladder: oneOf('exchange', 'cleared'),
        rulebookVersion: count,
        liquidationFundMinor: decimal,
        ownCapitalMinor: decimal,
        uncoveredMinor: decimal,
      }),
    ),
  }),
  Sagas: answer({
    counts: object({
      calls: count,
      liquidationOrders: count,
      withdrawals: count,
      obligations: count,
    }),
    calls: list(object({ sequence, account: name, ...deadline })),
    liquidationOrders: list(order),
    withdrawals: list(withdrawal),
    obligations: list(object({ sequence, member: name, account: name, amountMinor: decimal })),
  }),
  LiquidationOrders: answer({ count, liquidationOrders: list(order) }),
  Event: {
    type: 'object',
    description: '`novate schema TYPE` prints the fields of each type; a member sees fewer.',
    properties: {
      sequence,
      frame: sequence,
      time,
      type: oneOf(...recorded.map((definition) => definition.name)),
      version: count,
      cause: sequence,
    },
    required: ['sequence', 'frame', 'time', 'type', 'version', 'cause'],
  },
  EventPage: answer({ events: list(refer('Event')), next: sequence }),
  EventAnswer: answer({ event: refer('Event') }),
};

const serviceSchemas: Readonly<Record<string, JsonSchema>> = {
  Health: object({ status: oneOf('ok') }),
  Readiness: object({ status: oneOf('ready', 'not-ready'), sequence, reason: text }, ['reason']),
  OpenApi: { type: 'object' },
  AsyncApi: { type: 'object' },
  Grant: object(grant, bound),
  Grants: object({ tokens: list(refer('Grant')) }),
  GrantRequest: {
    ...object(
      { ...grant, name: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$' } },
      bound,
    ),
    description: 'publisher and executor name a publisher, member names a member; no other does.',
  },
  NewToken: object({ ...grant, token: name }, bound),
};

/** Schemas of every answer, by name. */
export const answerSchemas: Readonly<Record<string, JsonSchema>> = {
  ...inputSchemas,
  ...accountSchemas,
  ...exposureSchemas,
  ...houseSchemas,
  ...serviceSchemas,
};
