import { catalogue, type Field, type Message, type MessageName } from '#libs/events';
import type { MemberScope } from './member-scope.js';

/** What concerns markets and rules, and nobody in particular. */
const PUBLIC: readonly MessageName[] = [
  'VenueConnected',
  'CurrencyListed',
  'PoolOpened',
  'InstrumentListed',
  'RulebookPublished',
  'LogicActivated',
  'PriceObserved',
  'PriceQuarantined',
  'CurrencyPriceObserved',
  'VolatilitySurfaceObserved',
  'ForwardObserved',
  'RateObserved',
  'IndexDefined',
  'IndexSourceObserved',
  'IndexPriceDetermined',
  'IndexUndetermined',
  'MarketStateSet',
  'MarketStateChanged',
  'ValuationEpochOpened',
  'MarketDepthObserved',
  'BreakerReferenceSet',
  'MarketHalted',
  'MarketResumed',
  'SettlementPricePublished',
  'FundingRatePublished',
  'SettlementCycleClosed',
  'TimeJumpAccepted',
  'TimeAdvanced',
];

/** Figures of one side of a trade or transfer; they go with its account. */
const FIGURES_OF: Readonly<Record<string, readonly string[]>> = {
  buyer: ['buyerFeeMinor'],
  seller: ['sellerFeeMinor'],
  account: ['equityMinor', 'maintenanceMinor', 'initialMinor'],
  counterparty: ['counterpartyEquityMinor', 'counterpartyMaintenanceMinor', 'score'],
};

interface Reference {
  readonly field: string;
  readonly to: 'account' | 'member';
}

const referencesOf = new Map(
  Object.values(catalogue).map(({ name, fields }) => [
    name,
    Object.entries<Field>(fields).flatMap(([field, definition]): Reference[] => {
      if (definition.type !== 'ref') return [];
      const { to } = definition;
      return to === 'account' || to === 'member' ? [{ field, to }] : [];
    }),
  ]),
);

/** Messages with lists of accounts, of many members: no member sees them. */
const withLists: ReadonlySet<string> = new Set(
  Object.values(catalogue)
    .filter(({ fields }) =>
      Object.values<Field>(fields).some(
        (field) =>
          field.type === 'group' &&
          Object.values(field.fields).some((item) => item.type === 'ref' && item.to === 'account'),
      ),
    )
    .map(({ name }) => name),
);

/**
 * The fields of an event that a token may not see; undefined when it may not see the event at all.
 * A member sees what names one of its accounts, or itself, and what concerns markets and rules. Of
 * such an event every reference to somebody else is left out.
 */
export function hiddenFields(message: Message, scope: MemberScope): readonly string[] | undefined {
  if (scope.seesAll() || PUBLIC.includes(message.type)) return [];
  if (withLists.has(message.type)) return undefined;
  const references = referencesOf.get(message.type) ?? [];
  const values = message as unknown as Readonly<Record<string, number>>;
  const seen = ({ field, to }: Reference): boolean => {
    const id = values[field] ?? 0;
    return to === 'account' ? scope.seesAccount(id) : scope.seesMember(id);
  };
  if (!references.some(seen)) return undefined;
  return references
    .filter((reference) => !seen(reference))
    .flatMap(({ field }) => [field, ...(FIGURES_OF[field] ?? [])]);
}
