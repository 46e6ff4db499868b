import type { MessageNamed } from '#libs/events';
import { type Decimal, ZERO } from './decimal-arithmetic.js';
import type { AccountKind, InstrumentKind, MarketState, Side, SweepKind } from './enumerations.js';

export type Rulebook = MessageNamed<'RulebookPublished'>;
export type Surface = MessageNamed<'VolatilitySurfaceObserved'>;
export type Term = MessageNamed<'ForwardObserved'> | MessageNamed<'RateObserved'>;
export type UnitState =
  'healthy' | 'warned' | 'called' | 'liquidating' | 'defaulted' | 'closed-out';
export type MemberState = 'current' | 'called' | 'late' | 'defaulted' | 'closed-out';

export interface TwinPublisher {
  readonly name: string;
  lastSequence: number;
}

export interface TwinCurrency {
  readonly name: string;
  readonly minorDigits: number;
  /** Price in millionths of the reference currency. */
  priceMicros: Decimal | undefined;
}

export interface TwinPool {
  readonly name: string;
  readonly base: number;
  readonly isCleared: boolean;
  liquidationFund: Decimal;
  ownCapital: Decimal;
  /** Losses of this pool that nobody covered, at most 0. */
  uncovered: Decimal;
  rulebook: Rulebook | undefined;
  pending: Rulebook[];
  lastVersion: number;
}

export interface TwinMember {
  readonly name: string;
  state: MemberState;
  deadline: number;
  fundPool: number;
  share: Decimal;
}

export interface TwinAccount {
  readonly name: string;
  readonly kind: AccountKind;
  readonly member: number;
  readonly pool: number;
  readonly parent: number;
  isClosed: boolean;
  state: UnitState;
  breach: number;
  call: number;
  callDeadline: number;
  nextOrdinal: number;
  isQueued: boolean;
}

export interface TwinInstrument {
  readonly name: string;
  readonly kind: InstrumentKind;
  readonly isInverse: boolean;
  readonly isPremiumPaid: boolean;
  readonly isCall: boolean;
  readonly currency: number;
  readonly underlying: number;
  readonly marginClass: number;
  readonly multiplier: Decimal;
  readonly underlyingMultiplier: Decimal;
  readonly strike: Decimal;
  readonly maxLots: Decimal;
  readonly maxPrice: Decimal;
  readonly outlierPpm: number;
  readonly staleAfterUs: number;
  readonly expiresAt: number;
  mark: Decimal | undefined;
  pricedAt: number;
  observedAt: number;
  /** Of the last depth of its books. */
  depthObservedAt: number;
  market: MarketState;
  quarantined: Decimal | undefined;
}

/** The last price of a source of an index. */
export interface SourcePrice {
  readonly price: Decimal;
  readonly observedAt: number;
  readonly receivedAt: number;
  readonly confidencePpm: number;
}

export interface TwinIndex {
  readonly maxAgeUs: number;
  readonly maxDeviationPpm: number;
  readonly minSources: number;
  readonly definedAt: number;
  /** Log time at which its price was last looked for. */
  consideredAt: number;
  /** Who alone speaks for a source, by its number; 0: anybody. */
  readonly sources: ReadonlyMap<number, number>;
  readonly prices: Map<number, SourcePrice>;
}

export interface TwinPosition {
  lots: Decimal;
  cost: Decimal;
}

export interface TwinSweep {
  readonly kind: SweepKind;
  readonly instrument: number;
  readonly price: Decimal;
  readonly ratePpb: Decimal;
  /** Accounts it goes over; of a breach sweep, places of its queue. */
  readonly count: number;
  readonly queue: readonly number[];
  cursor: number;
  suspense: Decimal;
  /** Accounts that were settled in it. */
  readonly reached: Set<number>;
}

export interface TwinOrder {
  readonly account: number;
  readonly instrument: number;
  readonly side: Side;
  readonly quantity: Decimal;
  readonly limit: Decimal;
  filled: Decimal;
  /** 0 when its timeout has passed. */
  deadline: number;
  /** Silent past its deadline, and not accepted since. */
  isUnknown: boolean;
}

/** An account's open orders in an instrument at a venue. */
export interface TwinOpenOrders {
  readonly account: number;
  readonly instrument: number;
  readonly venue: number;
  buy: Decimal;
  sell: Decimal;
  venueSequence: number;
  /** Breach of the liquidation in which cancelling left them; 0 when reported since. */
  leftIn: number;
}

export interface TwinCancellation {
  readonly account: number;
  readonly venue: number;
  /** 0 when its timeout has passed: the venue is unknown for the account. */
  deadline: number;
}

export interface TwinWithdrawal {
  readonly account: number;
  readonly currency: number;
  readonly amount: Decimal;
  isInstructed: boolean;
}

export interface TwinTrade {
  readonly economics: string;
  readonly isFill: boolean;
  isBusted: boolean;
}

export interface TwinObligation {
  readonly member: number;
  readonly account: number;
  readonly amount: Decimal;
}

export interface TwinIdentities {
  readonly byId: Map<string, { bodyHash: number; sequence: number }>;
  forgottenUpTo: string;
}

/** Ledgers of the house in one currency. */
export interface TwinLedger {
  nostro: Decimal;
  fees: Decimal;
  rounding: Decimal;
  suspense: Decimal;
  payable: Decimal;
  uncovered: Decimal;
}

/** The whole state of the twin: plain maps by id, every amount a Decimal. */
export class TwinState {
  timeUs = 0;
  sequence = 0;
  logicVersion = 1;
  businessDate = 0;
  readonly publishers = new Map<number, TwinPublisher>([
    [1, { name: 'operator', lastSequence: 0 }],
  ]);
  readonly venues = new Map<number, { name: string; isOnAck: boolean }>();
  readonly currencies = new Map<number, TwinCurrency>();
  readonly pools = new Map<number, TwinPool>();
  readonly members = new Map<number, TwinMember>();
  readonly accounts = new Map<number, TwinAccount>();
  readonly instruments = new Map<number, TwinInstrument>();
  /** The last surface of each underlying. */
  readonly surfaces = new Map<number, Surface>();
  /** By underlying, then expiry; by currency, then expiry. */
  readonly forwards = new Map<number, Map<number, Term>>();
  readonly rates = new Map<number, Map<number, Term>>();
  readonly indices = new Map<number, TwinIndex>();
  /** By account, then instrument. */
  readonly positions = new Map<number, Map<number, TwinPosition>>();
  /** By purse, then currency. */
  readonly balances = new Map<number, Map<number, Decimal>>();
  readonly reserved = new Map<number, Map<number, Decimal>>();
  readonly ledgers = new Map<number, TwinLedger>();
  readonly withdrawals = new Map<number, TwinWithdrawal>();
  readonly orders = new Map<number, TwinOrder>();
  readonly openOrders: TwinOpenOrders[] = [];
  readonly cancellations = new Map<number, TwinCancellation>();
  readonly obligations: TwinObligation[] = [];
  /** Credit limits by account, whether pushed or not; normal where nothing stands. */
  readonly limits = new Map<number, string>();
  readonly sweeps: TwinSweep[] = [];
  readonly trades = new Map<number, TwinTrade>();
  readonly identities = new Map<number, TwinIdentities>();
}

/** The row of an id that was checked to exist. */
export function rowOf<T>(rows: ReadonlyMap<number, T>, id: number): T {
  const row = rows.get(id);
  if (row === undefined) throw new Error(`the twin has no row ${String(id)}`);
  return row;
}

/** Where an account's cash is booked and where it is judged: its parent, if it is a client. */
export function unitOf(state: TwinState, account: number): number {
  const { parent } = rowOf(state.accounts, account);
  return parent === 0 ? account : parent;
}

export function balanceOf(state: TwinState, purse: number, currency: number): Decimal {
  return state.balances.get(purse)?.get(currency) ?? ZERO;
}

export function reservedOf(state: TwinState, purse: number, currency: number): Decimal {
  return state.reserved.get(purse)?.get(currency) ?? ZERO;
}

export function credit(state: TwinState, purse: number, currency: number, amount: Decimal): void {
  add(state.balances, purse, currency, amount);
}

export function reserve(state: TwinState, purse: number, currency: number, amount: Decimal): void {
  add(state.reserved, purse, currency, amount);
}

function add(
  rows: Map<number, Map<number, Decimal>>,
  purse: number,
  currency: number,
  amount: Decimal,
): void {
  const own = rows.get(purse) ?? new Map<number, Decimal>();
  own.set(currency, (own.get(currency) ?? ZERO).add(amount));
  rows.set(purse, own);
}

const NO_POSITION: Readonly<TwinPosition> = { lots: ZERO, cost: ZERO };

export function positionOf(
  state: TwinState,
  account: number,
  instrument: number,
): Readonly<TwinPosition> {
  return state.positions.get(account)?.get(instrument) ?? NO_POSITION;
}

export function setPosition(
  state: TwinState,
  account: number,
  instrument: number,
  position: TwinPosition,
): void {
  const own = state.positions.get(account) ?? new Map<number, TwinPosition>();
  own.set(instrument, position);
  state.positions.set(account, own);
}

export function isEmpty({ lots, cost }: Readonly<TwinPosition>): boolean {
  return lots.isZero() && cost.isZero();
}

/** Accounts that are judged together: the unit itself and its clients. */
export function accountsOf(state: TwinState, unit: number): number[] {
  const clients = [...state.accounts].filter(([, { parent }]) => parent === unit);
  return [unit, ...clients.map(([id]) => id)];
}

/** Orders in flight of a unit. */
export function ordersOf(state: TwinState, unit: number): TwinOrder[] {
  return [...state.orders.values()].filter(({ account }) => unitOf(state, account) === unit);
}

/** Whether a unit waits for a venue: for orders in flight, or for orders to be cancelled. */
export function isWaiting(state: TwinState, unit: number): boolean {
  const isAwaited = [...state.cancellations.values()].some(
    ({ account, deadline }) => deadline !== 0 && unitOf(state, account) === unit,
  );
  return isAwaited || ordersOf(state, unit).length > 0;
}

export function obligationsOf(state: TwinState, member: number): TwinObligation[] {
  return state.obligations.filter((obligation) => obligation.member === member);
}

/** The house account of a member: the first one opened; 0 when there is none. */
export function houseAccountOf(state: TwinState, member: number): number {
  for (const [id, account] of state.accounts) {
    if (account.kind === 'house' && account.member === member) return id;
  }
  return 0;
}

/** The running sweep of an instrument. */
export function sweepOf(state: TwinState, instrument: number): TwinSweep | undefined {
  return state.sweeps.find((sweep) => sweep.instrument === instrument);
}

/** Sum of all balances in a currency. */
export function balancesTotal(state: TwinState, currency: number): Decimal {
  let total = ZERO;
  for (const own of state.balances.values()) total = total.add(own.get(currency) ?? ZERO);
  return total;
}

/** Sum of all funds in a currency: of pools with that base currency, and shares in them. */
export function fundsTotal(state: TwinState, currency: number): Decimal {
  let total = ZERO;
  for (const [id, pool] of state.pools) {
    if (pool.base !== currency) continue;
    total = total.add(pool.liquidationFund).add(pool.ownCapital);
    for (const member of state.members.values()) {
      if (member.fundPool === id) total = total.add(member.share);
    }
  }
  return total;
}
