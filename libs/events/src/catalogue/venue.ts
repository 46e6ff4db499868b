import { message } from '../schema.js';
import { inputHead } from './head.js';

const account = {
  type: 'ref',
  to: 'account',
  doc: 'Whose orders; of an omnibus-gross, the client that holds them.',
} as const;
const venue = { type: 'ref', to: 'venue', doc: 'Where they rest.' } as const;
const venueSequence = {
  type: 'i64',
  doc: "The venue's own number, at least 1: what is older than the last one is refused.",
} as const;
const lots = {
  buyLots: { type: 'i64', doc: 'Open lots to buy, 0 for none.' },
  sellLots: { type: 'i64', doc: 'Open lots to sell, 0 for none.' },
} as const;
const cancellation = {
  type: 'i64',
  doc: 'Id of the command: breach sequence x 4096 + ordinal, in one row with the orders.',
} as const;

export const OpenOrderExposureReported = message({
  name: 'OpenOrderExposureReported',
  templateId: 110,
  version: 1,
  kind: 'input',
  doc: "An account's open orders in an instrument at a venue, added up; replaces the last report.",
  fields: {
    ...inputHead,
    account,
    instrument: { type: 'ref', to: 'instrument', doc: 'Which instrument.' },
    venue,
    ...lots,
    venueSequence,
  },
});

export const OrderCancellationRequested = message({
  name: 'OrderCancellationRequested',
  templateId: 111,
  version: 1,
  kind: 'decision',
  doc: 'Command to the venue: cancel every order of the account. The liquidation waits for the answer.',
  fields: {
    cancellation,
    account,
    venue,
    breach: { type: 'i64', doc: 'Sequence of the MarginBreached event.' },
    deadline: { type: 'time', doc: 'Not answered by then, the venue is unknown.' },
  },
});

export const OrderCancellationAnswered = message({
  name: 'OrderCancellationAnswered',
  templateId: 112,
  version: 1,
  kind: 'input',
  doc: "The venue cancelled the account's orders; what it could not cancel is listed.",
  fields: {
    ...inputHead,
    cancellation,
    account,
    venue,
    venueSequence,
    left: {
      type: 'group',
      maxItems: 256,
      doc: 'Orders that are still open, by instrument ascending; none for all cancelled.',
      fields: {
        instrument: { type: 'ref', to: 'instrument', doc: 'Which instrument.' },
        ...lots,
      },
    },
  },
});

export const OrderCancellationUnresolved = message({
  name: 'OrderCancellationUnresolved',
  templateId: 113,
  version: 1,
  kind: 'decision',
  doc: 'Not answered by its deadline: the venue is unknown for the account until it answers.',
  fields: { cancellation, account, venue },
});

export const CreditLimitSet = message({
  name: 'CreditLimitSet',
  templateId: 114,
  version: 1,
  kind: 'decision',
  doc: "What every venue may let an account do from now on; its cause is the step of the account's saga.",
  fields: {
    account: {
      type: 'ref',
      to: 'account',
      doc: 'Whose limit; of an omnibus-gross, for each of its clients.',
    },
    limit: {
      type: 'enum',
      values: ['normal', 'reduce-only', 'blocked'],
      doc: 'reduce-only: warned or called; blocked: liquidating, in default or closed out.',
    },
  },
});
