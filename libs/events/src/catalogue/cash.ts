import { message } from '../schema.js';
import { inputHead } from './head.js';

const movement = {
  ...inputHead,
  account: { type: 'ref', to: 'account', doc: 'Whose balance.' },
  currency: { type: 'ref', to: 'currency', doc: 'Which currency.' },
  amountMinor: { type: 'i64', doc: 'Amount, at least 1 minor unit.' },
} as const;

export const CollateralDeposited = message({
  name: 'CollateralDeposited',
  templateId: 60,
  version: 1,
  kind: 'input',
  doc: 'The settlement bank confirms money or coins received for an account.',
  fields: movement,
});

export const WithdrawalRequested = message({
  name: 'WithdrawalRequested',
  templateId: 61,
  version: 1,
  kind: 'input',
  doc: 'Reserves an amount of at most the settled cash, the excess over initial margin and the nostro. Its sequence is the withdrawal id.',
  fields: movement,
});

export const WithdrawalReleased = message({
  name: 'WithdrawalReleased',
  templateId: 62,
  version: 1,
  kind: 'input',
  doc: 'Checked again and instructed to the bank: leaves the balance, becomes payable.',
  fields: {
    ...inputHead,
    withdrawal: { type: 'i64', doc: 'Sequence of the WithdrawalRequested event.' },
  },
});

export const PaymentConfirmed = message({
  name: 'PaymentConfirmed',
  templateId: 63,
  version: 1,
  kind: 'input',
  doc: 'The bank paid: the payable and the nostro go down.',
  fields: {
    ...inputHead,
    withdrawal: { type: 'i64', doc: 'Sequence of the WithdrawalRequested event.' },
  },
});

export const PaymentFailed = message({
  name: 'PaymentFailed',
  templateId: 64,
  version: 1,
  kind: 'input',
  doc: 'The bank did not pay: the payable returns to the balance.',
  fields: {
    ...inputHead,
    withdrawal: { type: 'i64', doc: 'Sequence of the WithdrawalRequested event.' },
  },
});

export const WithdrawalCancelled = message({
  name: 'WithdrawalCancelled',
  templateId: 65,
  version: 1,
  kind: 'decision',
  doc: 'A release that no longer passes the check: the reservation is given back.',
  fields: {
    withdrawal: { type: 'i64', doc: 'Sequence of the WithdrawalRequested event.' },
    reason: { type: 'u16', doc: 'Number in the rejection registry.' },
  },
});

export const FundContributed = message({
  name: 'FundContributed',
  templateId: 66,
  version: 1,
  kind: 'input',
  doc: "Money for a layer of a pool's default ladder, in the pool's base currency.",
  fields: {
    ...inputHead,
    pool: { type: 'ref', to: 'pool', doc: 'Which pool.' },
    member: { type: 'ref', to: 'member', doc: 'default-fund: whose share. None otherwise.' },
    layer: {
      type: 'enum',
      values: ['liquidation-fund', 'own-capital', 'default-fund'],
      doc: 'Which layer.',
    },
    amountMinor: { type: 'i64', doc: 'Amount, at least 1 minor unit.' },
  },
});
