import { message } from '../schema.js';
import { executionTerms } from './execution-terms.js';
import { inputHead } from './head.js';
import { scenarioCollateral, scenarioOffsets, scenarios, scenarioTerms } from './scenario-terms.js';

export const PublisherRegistered = message({
  name: 'PublisherRegistered',
  templateId: 10,
  version: 1,
  kind: 'input',
  doc: 'A publisher may send inputs from now on. Its id is the next dense number.',
  fields: { ...inputHead, name: { type: 'text', maxBytes: 32, doc: 'Unique name.' } },
});

export const VenueConnected = message({
  name: 'VenueConnected',
  templateId: 11,
  version: 1,
  kind: 'input',
  doc: 'A venue whose trades are cleared and which executes liquidation orders.',
  fields: {
    ...inputHead,
    acceptance: {
      type: 'enum',
      values: ['open-offer', 'novation-on-ack'],
      doc: 'open-offer: cleared at match; novation-on-ack: lack of initial margin, a halt or a stale price refuses.',
    },
    name: { type: 'text', maxBytes: 32, doc: 'Unique name, a MIC where there is one.' },
  },
});

export const CurrencyListed = message({
  name: 'CurrencyListed',
  templateId: 12,
  version: 1,
  kind: 'input',
  doc: 'A currency or coin in which balances are held.',
  fields: {
    ...inputHead,
    minorDigits: { type: 'u8', doc: 'Decimal digits of one minor unit: 4 means 0.0001.' },
    name: { type: 'text', maxBytes: 16, doc: 'Unique code.' },
  },
});

export const PoolOpened = message({
  name: 'PoolOpened',
  templateId: 13,
  version: 1,
  kind: 'input',
  doc: 'A margin pool: one rulebook, one default ladder, one base currency.',
  fields: {
    ...inputHead,
    baseCurrency: { type: 'ref', to: 'currency', doc: 'Currency of equity and requirements.' },
    ladder: {
      type: 'enum',
      values: ['exchange', 'cleared'],
      doc: 'exchange: direct accounts, no guarantor; cleared: members guarantee their accounts.',
    },
    name: { type: 'text', maxBytes: 32, doc: 'Unique name.' },
  },
});

export const MemberAdmitted = message({
  name: 'MemberAdmitted',
  templateId: 14,
  version: 1,
  kind: 'input',
  doc: 'A clearing member: counterparty, and guarantor of its clients.',
  fields: { ...inputHead, name: { type: 'text', maxBytes: 32, doc: 'Unique name.' } },
});

export const AccountOpened = message({
  name: 'AccountOpened',
  templateId: 15,
  version: 1,
  kind: 'input',
  doc: 'A margin account. Its id is the next dense number.',
  fields: {
    ...inputHead,
    member: { type: 'ref', to: 'member', doc: 'Guarantor; none for a direct account.' },
    pool: { type: 'ref', to: 'pool', doc: 'The margin pool.' },
    parent: {
      type: 'ref',
      to: 'account',
      doc: 'For a gross-client: the omnibus-gross account that holds its collateral.',
    },
    accountKind: {
      type: 'enum',
      values: ['direct', 'house', 'omnibus-net', 'omnibus-gross', 'gross-client', 'individual'],
      doc: 'Decides who is called, who may be liquidated and whose collateral may be used.',
    },
    name: { type: 'text', maxBytes: 32, doc: 'Unique name.' },
  },
});

export const AccountClosed = message({
  name: 'AccountClosed',
  templateId: 16,
  version: 1,
  kind: 'input',
  doc: 'An account without positions, balances and open business is closed for good.',
  fields: { ...inputHead, account: { type: 'ref', to: 'account', doc: 'The account.' } },
});

export const InstrumentListed = message({
  name: 'InstrumentListed',
  templateId: 17,
  version: 1,
  kind: 'input',
  doc: 'A contract. Bounds declared here make every later product safe (|x| <= 2^53).',
  fields: {
    ...inputHead,
    currency: { type: 'ref', to: 'currency', doc: 'Settlement currency.' },
    underlying: {
      type: 'ref',
      to: 'instrument',
      doc: 'For an option: the instrument whose mark is the spot price. None otherwise.',
    },
    kind: { type: 'enum', values: ['perpetual', 'future', 'option'], doc: 'Contract kind.' },
    payoff: {
      type: 'enum',
      values: ['linear', 'inverse'],
      doc: 'linear: value = lots x priceTicks x multiplier; inverse: - lots x multiplier / priceTicks.',
    },
    premium: {
      type: 'enum',
      values: ['variation', 'equity'],
      doc: 'variation: daily variation margin; equity: premium paid in cash at the trade (options).',
    },
    optionType: { type: 'enum', values: ['none', 'call', 'put'], doc: 'Right of an option.' },
    marginClass: { type: 'u8', doc: 'Which tiers of the rulebook apply.' },
    tickDigits: { type: 'u8', doc: 'Decimal digits of one price tick, for display.' },
    multiplier: {
      type: 'i64',
      doc: 'linear: minor units per lot per tick; inverse: minor units x ticks per lot.',
    },
    underlyingMultiplier: {
      type: 'i64',
      doc: 'Option: minor units per lot per tick of the underlying; 0 otherwise.',
    },
    strikeTicks: { type: 'i64', doc: 'Option strike in ticks of the underlying; 0 otherwise.' },
    maxLots: { type: 'i64', doc: 'Largest position, long or short, in lots.' },
    maxPriceTicks: { type: 'i64', doc: 'Largest price that is ever accepted, in ticks.' },
    outlierPpm: { type: 'u32', doc: 'A price further than this from the mark is quarantined.' },
    staleAfterUs: { type: 'i64', doc: 'Without a price for so long the market is stale; 0 never.' },
    expiresAt: { type: 'time', doc: 'Expiry of a future or option; none for a perpetual.' },
    name: { type: 'text', maxBytes: 32, doc: 'Unique symbol.' },
  },
});

/** What a class of instruments is charged for size, of a position and of the market. */
const concentrations = {
  type: 'group',
  maxItems: 64,
  since: 2,
  doc: 'Charges for size by class, of futures and perpetuals; none: the tiers alone.',
  fields: {
    marginClass: { type: 'u8', doc: 'Instrument class, one that has tiers.' },
    referenceLots: {
      type: 'i64',
      default: 1,
      doc: 'Size of a position at which the two rates below are stated, in lots.',
    },
    sizePremiumPpm: {
      type: 'u32',
      default: 0,
      doc: 'Size premium at referenceLots; grows with the square root of the size.',
    },
    sizePremiumBasePpm: {
      type: 'u32',
      default: 0,
      doc: 'Share of the tiers that counts beside the premium, where that is more than the tiers.',
    },
    closeOutSlippagePpm: {
      type: 'u32',
      default: 0,
      doc: 'Slippage of a close-out at referenceLots; the rate grows with the size.',
    },
    openInterestFromMinor: {
      type: 'i64',
      default: 0,
      doc: 'Notional of an open interest above which initial rates rise, settlement currency.',
    },
    openInterestToMinor: {
      type: 'i64',
      default: 0,
      doc: 'Where they reach the whole notional; 0: open interest does not count.',
    },
  },
} as const;

export const RulebookPublished = message({
  name: 'RulebookPublished',
  templateId: 18,
  version: 6,
  kind: 'input',
  doc: 'The rules of a pool from effectiveAt on: margin model, fees, levels, who is called.',
  fields: {
    ...inputHead,
    pool: { type: 'ref', to: 'pool', doc: 'The pool it governs.' },
    rulebookVersion: { type: 'u32', doc: "Dense version of the pool's rulebook, from 1." },
    effectiveAt: { type: 'time', doc: 'Log time from which it is in force; none: at once.' },
    makerFeePpm: { type: 'u32', doc: 'Fee of the passive side, of the notional.' },
    takerFeePpm: { type: 'u32', doc: 'Fee of the aggressor (of both sides when there is none).' },
    liquidationFeePpm: {
      type: 'u32',
      doc: 'Fee of a liquidated account, to the liquidation fund.',
    },
    warningPpm: { type: 'u32', doc: 'Warned below maintenance x this (1000000 = 1).' },
    warningClearPpm: { type: 'u32', doc: 'Warning cleared at maintenance x this or above.' },
    targetPpm: { type: 'u32', doc: 'A liquidation ends at maintenance x this or above.' },
    slippagePpm: { type: 'u32', doc: 'Liquidation limit price: mark less (plus) this.' },
    orderTimeoutUs: {
      type: 'i64',
      doc: 'A liquidation order that has not ended after so long is unknown.',
    },
    callWindowUs: { type: 'i64', doc: 'Time to meet a margin call.' },
    memberCallWindowUs: { type: 'i64', doc: 'Time for a late member to pay an obligation.' },
    shortOptionMaintenancePpm: { type: 'u32', doc: 'Short option maintenance, of spot (75000).' },
    shortOptionInitialPpm: {
      type: 'u32',
      doc: 'Short option initial, of spot, less OTM (150000).',
    },
    shortOptionFloorPpm: { type: 'u32', doc: 'Least short option initial, of spot (100000).' },
    shortPutMaintenancePpm: {
      type: 'u32',
      since: 2,
      default: 0,
      doc: 'Short put maintenance: at least this of its mark; 0: at most the share of spot of it.',
    },
    model: {
      type: 'enum',
      since: 3,
      default: 0,
      values: ['linear', 'scenario'],
      doc: 'Margin model; under `scenario` the tiers say only which classes may be traded.',
    },
    releasePpm: {
      type: 'u32',
      since: 6,
      default: 0,
      doc: 'A withdrawal leaves maintenance x this or more; 0: the initial requirement is enough.',
    },
    tiers: {
      type: 'group',
      maxItems: 64,
      doc: 'Margin rates by class and size; each rate applies to the lots inside its tier.',
      fields: {
        marginClass: { type: 'u8', doc: 'Instrument class.' },
        upToLots: { type: 'i64', doc: 'Upper end of the tier in lots; ascending in a class.' },
        initialPpm: { type: 'u32', doc: 'Initial rate.' },
        maintenancePpm: { type: 'u32', doc: 'Maintenance rate, at most the initial one.' },
      },
    },
    haircuts: {
      type: 'group',
      maxItems: 32,
      doc: 'Collateral haircuts; a currency that is not named counts for nothing when positive.',
      fields: {
        currency: { type: 'ref', to: 'currency', doc: 'Balance currency other than the base.' },
        haircutPpm: { type: 'u32', doc: 'Taken off a positive balance.' },
      },
    },
    policies: {
      type: 'group',
      maxItems: 8,
      doc: 'Per account kind: who is called and whether it may be liquidated at once.',
      fields: {
        accountKind: {
          type: 'enum',
          values: ['direct', 'house', 'omnibus-net', 'omnibus-gross', 'gross-client', 'individual'],
          doc: 'Account kind.',
        },
        onBreach: {
          type: 'enum',
          values: ['liquidate', 'call-account', 'call-member'],
          doc: 'liquidate: a direct mandate; otherwise a call, and the missed call liquidates.',
        },
      },
    },
    concentrations,
    scenarioTerms,
    scenarios,
    scenarioOffsets,
    executionTerms,
    scenarioCollateral,
  },
});

export const LogicActivated = message({
  name: 'LogicActivated',
  templateId: 19,
  version: 1,
  kind: 'input',
  doc: 'Decisions after this event are made by the named logic version.',
  fields: { ...inputHead, logicVersion: { type: 'u32', doc: 'A version the program carries.' } },
});

export const TimeJumpAccepted = message({
  name: 'TimeJumpAccepted',
  templateId: 20,
  version: 1,
  kind: 'input',
  doc: 'Log time may jump: deadlines inside the gap are extended by it, every market turns stale.',
  fields: {
    ...inputHead,
    resumeAt: { type: 'time', doc: 'Log time after the jump; not before the present log time.' },
  },
});

export const MemberReinstated = message({
  name: 'MemberReinstated',
  templateId: 21,
  version: 1,
  kind: 'input',
  doc: 'A late or closed-out member without open obligations is current again.',
  fields: { ...inputHead, member: { type: 'ref', to: 'member', doc: 'The member.' } },
});
