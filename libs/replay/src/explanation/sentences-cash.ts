import { catalogue } from '#libs/events';
import type { Sentences } from './sentences.js';

const { layer } = catalogue.FundContributed.fields;

export const cashSentences: Sentences<
  | 'CollateralDeposited'
  | 'WithdrawalRequested'
  | 'WithdrawalReleased'
  | 'WithdrawalCancelled'
  | 'PaymentConfirmed'
  | 'PaymentFailed'
  | 'FundContributed'
> = {
  CollateralDeposited: (m, w) =>
    `${w.account(m.account)} deposits ${w.money(m.currency, m.amountMinor)}.`,
  WithdrawalRequested: (m, w) =>
    `${w.account(m.account)} asks for ${w.money(m.currency, m.amountMinor)}; it is reserved.`,
  WithdrawalReleased: (m) => `Withdrawal ${String(m.withdrawal)} is released to the bank.`,
  WithdrawalCancelled: (m, w) =>
    `Withdrawal ${String(m.withdrawal)} no longer passes and is given back. ` +
    `Reason ${w.reason(m.reason)}`,
  PaymentConfirmed: (m) => `The bank paid withdrawal ${String(m.withdrawal)}.`,
  PaymentFailed: (m) =>
    `The bank did not pay withdrawal ${String(m.withdrawal)}; the amount returns.`,
  FundContributed: (m, w) => {
    const base = w.state.pools.has(m.pool) ? w.state.pools.get(m.pool, 0) : 0;
    const payer = m.member === 0 ? '' : ` by ${w.name('member', m.member)}`;
    return (
      `${w.money(base, m.amountMinor)} go into the ${layer.values[m.layer] ?? ''} of pool ` +
      `${w.name('pool', m.pool)}${payer}.`
    );
  },
};
