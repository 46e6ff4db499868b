import { catalogue } from '#libs/events';

/** The texts of the catalogue's enumerations, in which the twin thinks. */
const { AccountOpened, InstrumentListed, LiquidationOrderIssued, ShortfallCovered, SweepStarted } =
  catalogue;

const accountKinds = AccountOpened.fields.accountKind.values;
const instrumentKinds = InstrumentListed.fields.kind.values;
const payoffs = InstrumentListed.fields.payoff.values;
const premiums = InstrumentListed.fields.premium.values;
const rights = InstrumentListed.fields.optionType.values;
const marketStates = catalogue.MarketStateChanged.fields.marketState.values;
const operatorStates = catalogue.MarketStateSet.fields.marketState.values;
const sweepKinds = SweepStarted.fields.sweepKind.values;
const sides = LiquidationOrderIssued.fields.side.values;
const answers = catalogue.LiquidationOrderAnswered.fields.answer.values;
const payers = ShortfallCovered.fields.payer.values;
const timerKinds = catalogue.DeadlineReached.fields.timerKind.values;
const layers = catalogue.FundContributed.fields.layer.values;
const ladders = catalogue.PoolOpened.fields.ladder.values;
const tradeTypes = catalogue.TradeReported.fields.tradeType.values;
const aggressors = catalogue.TradeReported.fields.aggressor.values;
const reactions = catalogue.RulebookPublished.fields.policies.fields.onBreach.values;
const acceptances = catalogue.VenueConnected.fields.acceptance.values;
const limits = catalogue.CreditLimitSet.fields.limit.values;
const settlements = catalogue.SettlementPricePublished.fields.final.values;

export const enumerations = {
  accountKinds,
  instrumentKinds,
  payoffs,
  premiums,
  rights,
  marketStates,
  operatorStates,
  sweepKinds,
  sides,
  answers,
  payers,
  timerKinds,
  layers,
  ladders,
  tradeTypes,
  aggressors,
  reactions,
  acceptances,
  limits,
  settlements,
} as const;

type Enumerations = typeof enumerations;
type TextOf<K extends keyof Enumerations> = Enumerations[K][number];

export type AccountKind = TextOf<'accountKinds'>;
export type InstrumentKind = TextOf<'instrumentKinds'>;
export type MarketState = TextOf<'marketStates'>;
export type SweepKind = TextOf<'sweepKinds'>;
export type Side = TextOf<'sides'>;
export type Payer = TextOf<'payers'>;
export type TimerKind = TextOf<'timerKinds'>;

/** The text of a number of an enumeration. Throws for a number that has none. */
export function textOf<K extends keyof Enumerations>(name: K, index: number): TextOf<K> {
  const text = enumerations[name][index];
  if (text === undefined) throw new Error(`${name} has no ${String(index)}`);
  return text;
}

/** The number of a text of an enumeration. */
export function indexOf<K extends keyof Enumerations>(name: K, text: TextOf<K>): number {
  return (enumerations[name] as readonly string[]).indexOf(text);
}
