import type { JsonSchema } from '#libs/events';
import {
  answer,
  count,
  decimal,
  flag,
  list,
  name,
  object,
  oneOf,
  orNull,
  refer,
  time,
} from './schema-words.js';

const states = oneOf('healthy', 'warned', 'called', 'liquidating', 'defaulted', 'closed-out');
const kinds = oneOf(
  'direct',
  'house',
  'omnibus-net',
  'omnibus-gross',
  'gross-client',
  'individual',
);
const identity = { account: name, kind: kinds, pool: name, member: name, parent: name };
const figures = { equityMinor: decimal, maintenanceMinor: decimal, initialMinor: decimal };

const breakdown = object(
  {
    account: name,
    pool: name,
    currency: name,
    model: oneOf('linear', 'scenario'),
    rulebookVersion: count,
    ...figures,
    warningMinor: decimal,
    warningExitMinor: decimal,
    targetMinor: decimal,
    releaseMinor: decimal,
    orderMarginMinor: decimal,
    level: oneOf('sound', 'below-warning', 'below-initial', 'breach', 'insolvent'),
    gated: flag,
    scenarioVector: orNull(
      list(
        object({
          priceShockPpb: decimal,
          volatility: oneOf('none', 'up', 'down', 'skew-linear', 'skew-absolute'),
          weightPpb: decimal,
          component: count,
          gainMinor: decimal,
          countedMinor: decimal,
        }),
      ),
    ),
    worstScenario: orNull(list({ anyOf: [count, oneOf('basis', 'none')] })),
    charges: list(object({ name, maintenanceMinor: decimal, initialMinor: decimal })),
    epoch: count,
    maintenanceFactorPpb: decimal,
    initialFactorPpb: decimal,
    valuedFrom: object({
      openedAt: time,
      stablePricePpb: decimal,
      underlyings: list(object({ underlying: name, spotTicks: decimal, confidencePpb: decimal })),
      collateral: list(object({ underlying: name, valueMinor: decimal })),
      options: list(
        object({
          instrument: name,
          forwardTicks: decimal,
          fixedTicks: decimal,
          secondsToExpiry: count,
          ratePpb: decimal,
          strikeTicks: decimal,
          volatilityPpt: decimal,
        }),
      ),
    }),
    currencies: list(
      object({
        currency: name,
        cashMinor: decimal,
        positionsMinor: decimal,
        netMinor: decimal,
        priceMicros: decimal,
        haircutPpm: count,
        countedMinor: decimal,
      }),
    ),
    positions: list(
      object(
        {
          account: name,
          instrument: name,
          currency: name,
          positionLots: decimal,
          markTicks: decimal,
          valueMinor: decimal,
          costMinor: decimal,
          unrealisedMinor: decimal,
          maintenanceMinor: decimal,
          initialMinor: decimal,
          tiers: list(object({ sizeLots: decimal, maintenancePpm: count, initialPpm: count })),
          rule: { type: 'string' },
          charges: { type: 'string' },
        },
        ['rule', 'charges'],
      ),
    ),
  },
  ['epoch', 'maintenanceFactorPpb', 'initialFactorPpb', 'valuedFrom'],
);

const holdings = {
  balances: list(refer('Balance')),
  positions: list(refer('Position')),
  openOrders: list(refer('OpenOrders')),
};

/** Schemas of what is answered about accounts. */
export const accountSchemas: Readonly<Record<string, JsonSchema>> = {
  Balance: object({ currency: name, balanceMinor: decimal, reservedMinor: decimal }),
  Position: object({
    instrument: name,
    positionLots: decimal,
    costMinor: decimal,
    markTicks: decimal,
    valueMinor: decimal,
    unrealisedMinor: decimal,
    currency: name,
  }),
  OpenOrders: object(
    {
      instrument: name,
      venue: name,
      buyLots: decimal,
      sellLots: decimal,
      cancellation: oneOf('requested', 'unknown'),
    },
    ['cancellation'],
  ),
  MarginBreakdown: breakdown,
  Account: answer(
    { ...identity, state: states, closed: flag, ...holdings, margin: refer('MarginBreakdown') },
    ['member', 'parent', 'margin'],
  ),
  AccountPositions: answer({ account: name, positions: list(refer('Position')) }),
  AccountBalances: answer({ account: name, balances: list(refer('Balance')) }),
  AccountMargin: answer(
    { account: name, state: states, parent: name, margin: refer('MarginBreakdown') },
    ['parent', 'margin'],
  ),
  AccountMarginAfter: answer({
    account: name,
    instrument: name,
    side: oneOf('buy', 'sell'),
    quantityLots: decimal,
    priceTicks: decimal,
    feeMinor: decimal,
    excessMinor: decimal,
    fits: flag,
    largestLots: decimal,
    margin: refer('MarginBreakdown'),
  }),
  AccountDeleveraging: answer({
    account: name,
    positions: list(
      object({
        instrument: name,
        side: oneOf('long', 'short'),
        quantityLots: decimal,
        score: { type: 'integer' },
        place: count,
        holders: count,
        aheadLots: decimal,
        sideLots: decimal,
        percentile: count,
      }),
    ),
  }),
  AccountPage: answer(
    {
      accounts: list(object({ ...identity, state: states, closed: flag }, ['member', 'parent'])),
      next: name,
    },
    ['next'],
  ),
  MarginPage: answer(
    {
      accounts: list(
        object({
          account: name,
          currency: name,
          state: states,
          ...figures,
          orderMarginMinor: decimal,
          cushionMinor: decimal,
          level: oneOf('sound', 'below-initial', 'breach', 'insolvent'),
          gated: flag,
        }),
      ),
      next: name,
    },
    ['next'],
  ),
};
