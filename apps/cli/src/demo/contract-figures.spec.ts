import type { MessageNamed } from '#libs/events';
import { ContractBook } from './contract-figures.js';

const head = { publisherSequence: 0, publisher: 1 } as const;

function listing(name: string, currency: number, payoff: number, multiplier: number) {
  return { name, currency, payoff, multiplier, tickDigits: 1, kind: 0 } as unknown as Parameters<
    ContractBook['list']
  >[0];
}

function book(): ContractBook {
  const it = new ContractBook();
  it.listCurrency({ type: 'CurrencyListed', ...head, name: 'USDT', minorDigits: 4 });
  it.listCurrency({ type: 'CurrencyListed', ...head, name: 'BTC', minorDigits: 8 });
  it.priceCurrency({
    type: 'CurrencyPriceObserved',
    ...head,
    currency: 2,
    priceMicros: 40_000_000_000,
  });
  it.list(listing('LINEAR', 1, 0, 1));
  // A lot is 10 USD: 10 x 10^8 minor units of the coin, by a price in tenths.
  it.list(listing('INVERSE', 2, 1, 10_000_000_000));
  return it;
}

function price(instrument: number, priceTicks: number): MessageNamed<'PriceObserved'> {
  const confidencePpm = 1_000_000;
  return { type: 'PriceObserved', ...head, instrument, priceTicks, observedAt: 0, confidencePpm };
}

function fill(instrument: number, quantityLots: number, priceTicks: number) {
  return { instrument, quantityLots, priceTicks } as MessageNamed<'TradeNovated'>;
}

describe('figures of contracts', () => {
  it.each([
    // instrument, side, mark, fill, notional USDT, paid beyond the mark USDT
    ['linear sold below the mark', 1, true, 400_000, 396_000, 396, 4],
    ['linear sold above the mark', 1, true, 400_000, 404_000, 404, -4],
    ['linear bought above the mark', 1, false, 400_000, 404_000, 404, 4],
    ['inverse sold below the mark', 2, true, 400_000, 320_000, 125, 25],
    ['inverse bought above the mark', 2, false, 400_000, 500_000, 80, 20],
  ] as const)('%s', (_, instrument, isSale, mark, at, notional, beyond) => {
    const it = book();
    it.observe(price(instrument, mark), 1);
    const lots = 10;
    expect(it.liquidated(fill(instrument, lots, at), isSale)).toBe(notional * 10_000);
    const contract = it.contracts[instrument - 1]!;
    expect(contract.liquidatedLots).toBe(lots);
    expect(contract.impactMinor).toBe(beyond * 10_000);
  });

  it('do not count a quarantined price', () => {
    const it = book();
    it.observe(price(1, 400), 10);
    it.observe(price(1, 390), 20);
    it.observe(price(1, 7), 30);
    it.quarantined();
    const { openTicks, lowTicks, lowAtUs, markTicks } = it.contracts[0]!;
    expect({ openTicks, lowTicks, lowAtUs, markTicks }).toEqual({
      openTicks: 400,
      lowTicks: 390,
      lowAtUs: 20,
      markTicks: 390,
    });
  });
});
