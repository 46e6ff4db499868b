import { message } from '../schema.js';

const instrument = { type: 'ref', to: 'instrument', doc: 'Which position.' } as const;
const account = {
  type: 'ref',
  to: 'account',
  doc: 'Whose; of an omnibus-gross, the client.',
} as const;
const side = { type: 'enum', values: ['buy', 'sell'], doc: 'What the account does.' } as const;
const scenario = {
  type: 'u16',
  doc: "The worst scenario's place in the rulebook, from 1; 0: none, or none in this model; 65535: the expiries' charge.",
} as const;

export const LiquidationPlanned = message({
  name: 'LiquidationPlanned',
  templateId: 130,
  version: 1,
  kind: 'decision',
  doc: 'What a liquidation does next, what it costs and restores, and what else was considered. Its orders follow.',
  fields: {
    account: { type: 'ref', to: 'account', doc: 'The margin unit.' },
    breach: { type: 'i64', doc: 'Sequence of the MarginBreached event.' },
    firstOrder: { type: 'i64', doc: 'Id of its first order; the others follow it.' },
    outcome: {
      type: 'enum',
      values: ['restores', 'slice', 'illiquid', 'insolvent', 'close-out'],
      doc: 'Restores the target; a part of what does; what can be traded does not; nor would everything; all is closed.',
    },
    equityMinor: { type: 'i64', doc: 'Equity before, base currency of the pool.' },
    maintenanceMinor: { type: 'i64', doc: 'Maintenance requirement before, base currency.' },
    initialMinor: { type: 'i64', doc: 'Initial requirement before, base currency.' },
    targetMinor: {
      type: 'i64',
      doc: 'Liquidation target before: what equity lacks to it is restored.',
    },
    worstScenario: scenario,
    costMinor: {
      type: 'i64',
      doc: 'Slippage to the limits and fees of all its orders, base currency.',
    },
    leastCostMinor: {
      type: 'i64',
      doc: 'No plan that restores the target costs less; 0 where none does, or all is closed.',
    },
    equityAfterMinor: { type: 'i64', doc: 'Equity if all orders fill at their limits.' },
    maintenanceAfterMinor: { type: 'i64', doc: 'Maintenance requirement if all orders fill.' },
    tranches: {
      type: 'group',
      maxItems: 16,
      doc: 'Its orders in their sequence.',
      fields: {
        account,
        instrument,
        side,
        quantityLots: { type: 'i64', doc: 'Lots of the order.' },
        costMinor: { type: 'i64', doc: 'Slippage to its limit and fee, base currency.' },
        equityAfterMinor: { type: 'i64', doc: 'Equity if it and those before it fill.' },
        maintenanceAfterMinor: { type: 'i64', doc: 'Requirement if it and those before it fill.' },
        worstScenario: scenario,
      },
    },
    rejected: {
      type: 'group',
      maxItems: 16,
      doc: 'Positions that it leaves alone, by instrument and account.',
      fields: {
        account,
        instrument,
        side,
        quantityLots: { type: 'i64', doc: 'Lots that could have been taken.' },
        costMinor: { type: 'i64', doc: 'What these would have cost, base currency.' },
        surplusMinor: {
          type: 'i64',
          doc: 'What these alone would have added to equity less target; below 0: it is a hedge.',
        },
        reason: {
          type: 'enum',
          values: ['dearer', 'hedge', 'uncertain', 'not-tradable', 'orders'],
          doc: 'Dearer for what it restores; a hedge; open orders may take it; no room for it now; the plan has its most orders.',
        },
      },
    },
  },
});
