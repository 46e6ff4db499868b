import type { HouseState } from '#libs/clearing-house';
import type { OptionMarket } from '#libs/margin';
import { I, type InstrumentTable, OPTION } from '#libs/market';
import { invariant } from '#libs/units';

/** The market that options are priced by, as it stands; it goes on with the state. */
export function optionMarketOf(state: HouseState): OptionMarket {
  const { instruments, clock, surfaces, valuation, forwards, rates } = state;
  return {
    instruments,
    timeUs: clock.timeUs,
    surface: (underlying) => surfaces.of(underlying),
    surfaceMarkTicks: (underlying) => valuation.surfaceMarkTicks(underlying),
    forward: (underlying, expiry) => forwards.at(underlying, expiry),
    rate: (currency, expiry) => rates.nearest(currency, expiry),
  };
}

/**
 * The same as it stands now, of some instruments with the underlyings of options among them, and of rates of
 * their settlement currencies and one more: nothing in it changes when the state goes on.
 */
export function frozenMarket(
  live: OptionMarket,
  instruments: InstrumentTable,
  concerned: ReadonlySet<number>,
  baseCurrency: number,
): OptionMarket {
  const surfaces = new Map([...concerned].map((id) => [id, live.surface(id)]));
  const surfaceMarks = new Map([...concerned].map((id) => [id, live.surfaceMarkTicks(id)]));
  const forwards = new Map<string, ReturnType<OptionMarket['forward']>>();
  const rates = new Map<string, ReturnType<OptionMarket['rate']>>();
  for (const id of concerned) {
    const isOption = instruments.get(id, I.kind) === OPTION;
    const underlying = isOption ? instruments.get(id, I.underlying) : id;
    const expiry = instruments.get(id, I.expiresAt);
    forwards.set(keyOf(underlying, expiry), live.forward(underlying, expiry));
    for (const currency of [instruments.get(id, I.currency), baseCurrency]) {
      rates.set(keyOf(currency, expiry), live.rate(currency, expiry));
    }
    invariant(concerned.has(underlying), 'an option is concerned with its underlying');
  }
  return {
    instruments,
    timeUs: live.timeUs,
    surface: (underlying) => surfaces.get(underlying),
    surfaceMarkTicks: (underlying) => surfaceMarks.get(underlying) ?? 0,
    forward: (underlying, expiry) => forwards.get(keyOf(underlying, expiry)),
    rate: (currency, expiry) => rates.get(keyOf(currency, expiry)),
  };
}

function keyOf(subject: number, expiry: number): string {
  return `${String(subject)}:${String(expiry)}`;
}
