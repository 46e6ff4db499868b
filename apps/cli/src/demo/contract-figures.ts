import type { MessageNamed } from '#libs/events';

const LINEAR = 0;

/** What a contract is and what became of its price, from what was recorded. */
export interface ContractFigures {
  readonly id: number;
  readonly name: string;
  readonly tickDigits: number;
  readonly isPerpetual: boolean;
  openTicks: number;
  lowTicks: number;
  lowAtUs: number;
  markTicks: number;
  liquidatedLots: number;
  /** Of liquidation fills at their prices, minor units of the reference currency. */
  liquidatedMinor: number;
  /** What liquidation fills cost against the mark of their moment; below 0 a gain. */
  impactMinor: number;
}

interface Contract extends ContractFigures {
  readonly currency: number;
  readonly isLinear: boolean;
  readonly multiplier: number;
}

interface Currency {
  readonly name: string;
  readonly minorDigits: number;
  priceMicros: number;
}

/** An accepted price, for charts. */
export interface Marked {
  readonly instrument: number;
  readonly priceTicks: number;
}

/**
 * Contracts, currencies and prices, in the order of their records. The reference currency is the
 * first one that was listed; amounts in it are for reports and rounded to whole minor units.
 */
export class ContractBook {
  readonly contracts: Contract[] = [];
  readonly currencies: Currency[] = [];
  private undo: (() => void) | undefined;

  listCurrency({ name, minorDigits }: MessageNamed<'CurrencyListed'>): void {
    const priceMicros = this.currencies.length === 0 ? 1_000_000 : 0;
    this.currencies.push({ name, minorDigits, priceMicros });
  }

  priceCurrency({ currency, priceMicros }: MessageNamed<'CurrencyPriceObserved'>): void {
    this.currencies[currency - 1]!.priceMicros = priceMicros;
  }

  list(message: MessageNamed<'InstrumentListed'>): void {
    const { name, tickDigits, currency, multiplier, payoff, kind } = message;
    this.contracts.push({
      id: this.contracts.length + 1,
      name,
      tickDigits,
      currency,
      multiplier,
      isLinear: payoff === LINEAR,
      isPerpetual: kind === 0,
      openTicks: 0,
      lowTicks: Infinity,
      lowAtUs: 0,
      markTicks: 0,
      liquidatedLots: 0,
      liquidatedMinor: 0,
      impactMinor: 0,
    });
  }

  /** A price; `quarantined` takes it back if the next record says so. */
  observe(message: MessageNamed<'PriceObserved'>, timeUs: number): Marked {
    const { instrument, priceTicks } = message;
    const contract = this.contracts[instrument - 1]!;
    const { openTicks, lowTicks, lowAtUs, markTicks } = contract;
    this.undo = () => Object.assign(contract, { openTicks, lowTicks, lowAtUs, markTicks });
    if (openTicks === 0) contract.openTicks = priceTicks;
    if (priceTicks < lowTicks) {
      contract.lowTicks = priceTicks;
      contract.lowAtUs = timeUs;
    }
    contract.markTicks = priceTicks;
    return { instrument, priceTicks };
  }

  quarantined(): void {
    this.undo?.();
  }

  /** Notional of lots at a price, minor units of the reference currency. */
  notionalMinor(instrument: number, lots: number, priceTicks: number): number {
    const { isLinear, multiplier, currency } = this.contracts[instrument - 1]!;
    const own = isLinear ? lots * priceTicks * multiplier : (lots * multiplier) / priceTicks;
    return Math.round(own * this.referencePerMinor(currency));
  }

  /** Books a fill of a liquidation order; gives its notional. */
  liquidated(fill: MessageNamed<'TradeNovated'>, isSale: boolean): number {
    const contract = this.contracts[fill.instrument - 1]!;
    const { quantityLots: lots, priceTicks } = fill;
    const notional = this.notionalMinor(contract.id, lots, priceTicks);
    const atMark = this.notionalMinor(contract.id, lots, contract.markTicks);
    // An inverse contract is worth more coins the lower its price: the sign turns around.
    const worse = isSale === contract.isLinear ? atMark - notional : notional - atMark;
    contract.liquidatedLots += lots;
    contract.liquidatedMinor += notional;
    contract.impactMinor += worse;
    return notional;
  }

  /** Minor units of the reference currency for one minor unit of a currency. */
  private referencePerMinor(currency: number): number {
    const { minorDigits, priceMicros } = this.currencies[currency - 1]!;
    const reference = this.currencies[0]!;
    const shift = Number(`1e${String(reference.minorDigits - minorDigits)}`);
    return (priceMicros / 1_000_000) * shift;
  }
}
