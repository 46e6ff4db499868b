import type { HouseState } from '#libs/clearing-house';
import { A, POOL, type Rejection, rejections } from '#libs/clearing';
import { formatTime, type RefTarget } from '#libs/events';
import { I } from '#libs/market';
import { formatDecimal } from '#libs/units';

/** Numbers and ids as a reader sees them: amounts in whole currency units, prices, names, times. */
export class Wording {
  constructor(readonly state: HouseState) {}

  name(target: RefTarget, id: number): string {
    if (id === 0) return 'nobody';
    return this.state.names.nameOf(target, id) ?? `${target} #${String(id)}`;
  }

  account(id: number): string {
    return this.name('account', id);
  }

  instrument(id: number): string {
    return this.name('instrument', id);
  }

  /** An amount of a currency with its code: `1880.0000 USD`. */
  money(currency: number, amountMinor: number): string {
    if (!this.state.currencies.has(currency)) return `${String(amountMinor)} minor units`;
    const digits = this.state.currencies.minorDigits(currency);
    return `${formatDecimal(amountMinor, digits)} ${this.name('currency', currency)}`;
  }

  baseCurrencyOf(account: number): number {
    if (!this.state.accounts.has(account)) return 0;
    return this.state.pools.get(this.state.accounts.get(account, A.pool), POOL.baseCurrency);
  }

  /** An amount of the base currency of an account's pool. */
  base(account: number, amountMinor: number): string {
    return this.money(this.baseCurrencyOf(account), amountMinor);
  }

  /** An amount of the settlement currency of an instrument. */
  settled(instrument: number, amountMinor: number): string {
    const { instruments } = this.state;
    const currency = instruments.has(instrument) ? instruments.get(instrument, I.currency) : 0;
    return this.money(currency, amountMinor);
  }

  price(instrument: number, priceTicks: number): string {
    const { instruments } = this.state;
    if (!instruments.has(instrument)) return `${String(priceTicks)} ticks`;
    return formatDecimal(priceTicks, instruments.get(instrument, I.tickDigits));
  }

  time(timeUs: number): string {
    return timeUs === 0 ? 'none' : formatTime(timeUs);
  }

  /** A rate in parts per million as percent. */
  percent(ppm: number): string {
    return `${formatDecimal(ppm, 4).replace(/\.?0+$/, '')} %`;
  }

  lots(quantity: number): string {
    return Math.abs(quantity) === 1 ? `${String(quantity)} lot` : `${String(quantity)} lots`;
  }

  /** A numbered reason with its rule: `116 initial-margin: A risk-adding trade ...`. */
  reason(number: number): string {
    if (!Object.hasOwn(rejections, number)) return String(number);
    const [name, rule] = rejections[number as Rejection];
    return `${String(number)} ${name}: ${rule}`;
  }
}
