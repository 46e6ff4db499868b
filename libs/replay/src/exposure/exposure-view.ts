import type { HouseState } from '#libs/clearing-house';
import { A, P } from '#libs/clearing';
import { formatTime } from '#libs/events';
import {
  greekExposureOf,
  type ExposureSum,
  type Greeks,
  type Holding,
  type InstrumentExposure,
  type NetAndGross,
  YEAR_SECONDS,
} from '#libs/margin';
import { I } from '#libs/market';
import { invariant } from '#libs/units';
import { optionMarketOf } from './option-market.js';

/** Greeks in minor units of the settlement currency (docs/rules.md 6b). */
export interface GreeksView {
  readonly deltaMinor: number;
  readonly gammaMinor: number;
  readonly vegaMinor: number;
  readonly thetaMinor: number;
  readonly rhoMinor: number;
}

interface NetAndGrossView {
  readonly net: GreeksView;
  readonly gross: GreeksView;
}

/** One instrument: lots with and without their signs, and what they are exposed to. */
export interface InstrumentExposureView {
  readonly instrument: string;
  readonly currency: string;
  readonly netLots: number;
  readonly grossLots: number;
  /** Null when it cannot be valued: `unpriced` says why, and it is in no sum. */
  readonly figures: NetAndGrossView | null;
  readonly unpriced?: string;
  /** Of an option: what it was priced with. */
  readonly pricedWith?: {
    readonly source: string;
    readonly forwardTicks: number;
    readonly volatilityPpb: number;
    readonly secondsToExpiry: number;
  };
}

/** A sum over instruments of one underlying and currency, and of one expiry where it is named. */
export interface ExposureSumView extends NetAndGrossView {
  readonly underlying: string;
  readonly currency: string;
  /** Null: it never expires. Absent in a sum over all expiries. */
  readonly expiresAt?: string | null;
}

export interface ExposureView {
  readonly instruments: readonly InstrumentExposureView[];
  readonly byExpiry: readonly ExposureSumView[];
  readonly byUnderlying: readonly ExposureSumView[];
}

/** Exposures of some accounts together; gross adds the size of each account's position. */
export function exposureView(state: HouseState, accounts: Iterable<number>): ExposureView {
  const { positions } = state;
  const held = new Map<number, { net: number; gross: number }>();
  for (const account of accounts) {
    const first = positions.first(account);
    for (let row = first; row < first + positions.countOf(account); row++) {
      const lots = positions.get(row, P.lots);
      if (lots === 0) continue;
      const instrument = positions.get(row, P.instrument);
      const known = held.get(instrument) ?? { net: 0, gross: 0 };
      held.set(instrument, { net: known.net + lots, gross: known.gross + Math.abs(lots) });
    }
  }
  const holdings = [...held].map(([instrument, { net, gross }]) => ({
    instrument,
    netLots: net,
    grossLots: gross,
  }));
  return viewOf(state, holdings);
}

/** Exposures of a margin unit or account: its own positions and those of the clients under it. */
export function accountExposureView(state: HouseState, account: number): ExposureView {
  return exposureView(state, [account, ...(state.accounts.clientsOf(account) ?? [])]);
}

/** Exposures over all accounts of the member that an account is under; undefined when it has none. */
export function memberExposureView(
  state: HouseState,
  account: number,
): (ExposureView & { readonly member: string }) | undefined {
  const { accounts, names } = state;
  const member = accounts.get(account, A.member);
  if (member === 0) return undefined;
  const all = Array.from({ length: accounts.count }, (_, k) => k + 1);
  const own = all.filter((id) => accounts.get(id, A.member) === member);
  return { member: names.nameOf('member', member) ?? '', ...exposureView(state, own) };
}

/**
 * Exposures of the house, buyer to every seller and seller to every buyer: net is nothing, by the sums
 * that conservation is asserted on; gross is twice the open interest.
 */
export function houseExposureView(state: HouseState): ExposureView {
  const { instruments } = state;
  const holdings: Holding[] = [];
  for (let id = 1; id <= instruments.count; id++) {
    const grossLots = 2 * instruments.get(id, I.openInterestLots);
    if (grossLots === 0) continue;
    holdings.push({ instrument: id, netLots: instruments.get(id, I.netLots), grossLots });
  }
  return viewOf(state, holdings);
}

function viewOf(state: HouseState, holdings: Holding[]): ExposureView {
  const { names } = state;
  holdings.sort((a, b) => a.instrument - b.instrument);
  const exposure = greekExposureOf(optionMarketOf(state), holdings);
  invariant(exposure.instruments.length === holdings.length, 'every holding is shown');
  const sumView = (sum: ExposureSum): ExposureSumView => ({
    underlying: names.nameOf('instrument', sum.underlying) ?? '',
    currency: names.nameOf('currency', sum.currency) ?? '',
    ...(sum.expiresAt === undefined ? {} : { expiresAt: expiryText(sum.expiresAt) }),
    ...figuresView(sum),
  });
  return {
    instruments: exposure.instruments.map((one) => instrumentView(state, one)),
    byExpiry: exposure.expiries.map(sumView),
    byUnderlying: exposure.underlyings.map(sumView),
  };
}

function instrumentView(
  { instruments, names }: HouseState,
  { instrument, netLots, grossLots, figures, unpriced, option }: InstrumentExposure,
): InstrumentExposureView {
  return {
    instrument: names.nameOf('instrument', instrument) ?? '',
    currency: names.nameOf('currency', instruments.get(instrument, I.currency)) ?? '',
    netLots,
    grossLots,
    figures: figures === undefined ? null : figuresView(figures),
    ...(unpriced === undefined ? {} : { unpriced }),
    ...(option === undefined
      ? {}
      : {
          pricedWith: {
            source: option.source,
            forwardTicks: option.forward,
            volatilityPpb: Math.round(option.volatility * 1e9),
            secondsToExpiry: Math.round(option.timeYears * YEAR_SECONDS),
          },
        }),
  };
}

function figuresView({ net, gross }: NetAndGross): NetAndGrossView {
  return { net: greeksView(net), gross: greeksView(gross) };
}

function greeksView({ delta, gamma, vega, theta, rho }: Greeks): GreeksView {
  return {
    deltaMinor: delta,
    gammaMinor: gamma,
    vegaMinor: vega,
    thetaMinor: theta,
    rhoMinor: rho,
  };
}

function expiryText(expiresAt: number): string | null {
  return expiresAt === 0 ? null : formatTime(expiresAt);
}
