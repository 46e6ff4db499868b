import {
  evaluateLinear,
  type MarginFigures,
  plainCharges,
  Portfolio,
  Rulebook,
} from '#libs/margin';
import { CurrencyTable, I, InstrumentTable, OPTION } from '#libs/market';
import { black76Value } from '#libs/pricing';
import { amountMinor, lots, ppm, priceTicks, ZERO } from '#libs/units';
import { GRID_PERCENT, OPTIONS, PICTURED } from './pictured-portfolio.js';

/** Ticks of 0.01, amounts of 0.00001: a tick of a lot of the perpetual is one minor unit. */
const TICKS = 100;
const MINOR = 100_000;
const LOTS_MAX = 1_000_000;

/**
 * Rates at which a perpetual alone needs what the scenarios ask for it: the largest move of the price, and
 * a quarter more initially. Short options by the rule of Derive and Deribit.
 */
const rulebook = new Rulebook({
  type: 'RulebookPublished',
  publisher: 1,
  publisherSequence: 0,
  pool: 1,
  rulebookVersion: 1,
  effectiveAt: 0,
  makerFeePpm: ZERO,
  takerFeePpm: ZERO,
  liquidationFeePpm: ZERO,
  warningPpm: ppm(1_000_000),
  warningClearPpm: ppm(1_000_000),
  targetPpm: ppm(1_000_000),
  slippagePpm: ZERO,
  orderTimeoutUs: 1,
  callWindowUs: 1,
  memberCallWindowUs: 1,
  shortOptionMaintenancePpm: ppm(75_000),
  shortOptionInitialPpm: ppm(150_000),
  shortOptionFloorPpm: ppm(100_000),
  ...plainCharges,
  shortPutMaintenancePpm: ZERO,
  releasePpm: ZERO,
  tiers: [
    {
      marginClass: 1,
      upToLots: lots(LOTS_MAX),
      maintenancePpm: ppm(10_000 * Math.max(...GRID_PERCENT)),
      initialPpm: ppm(12_500 * Math.max(...GRID_PERCENT)),
    },
  ],
  haircuts: [],
  policies: [],
});

/** What a portfolio of the pictures needs under `linear`, and what its options are worth, USDC. */
export function linearMargin(which: keyof typeof PICTURED.positions) {
  const instruments = new InstrumentTable();
  const currencies = new CurrencyTable();
  const currency = currencies.add(5);
  const portfolio = new Portfolio();
  portfolio.clear();
  const perpetual = instruments.append();
  instruments.set(perpetual, I.currency, currency);
  instruments.set(perpetual, I.marginClass, 1);
  instruments.set(perpetual, I.multiplier, 1);
  instruments.set(perpetual, I.markTicks, priceTicks(Math.round(PICTURED.spot * TICKS)));
  const held: Readonly<Record<string, string>> = PICTURED.positions[which];
  let optionMinor = 0;
  for (const [name, size] of Object.entries(held)) {
    const option = OPTIONS.find((one) => one.name === name);
    const id =
      option === undefined ? perpetual : listOption(instruments, currency, perpetual, option);
    const quantity = lots(Number(size));
    const value = quantity * instruments.get(id, I.markTicks) * instruments.get(id, I.multiplier);
    if (option !== undefined) optionMinor += value;
    // Bought at the mark: nothing is unrealised, and equity is what the options are worth.
    portfolio.add(1, id, quantity, amountMinor(option === undefined ? value : 0));
  }
  const figures: MarginFigures = {
    equityMinor: ZERO,
    maintenanceMinor: ZERO,
    initialMinor: ZERO,
    initialAtRestMinor: ZERO,
    orderMarginMinor: ZERO,
    gated: false,
  };
  evaluateLinear(portfolio, { instruments, currencies }, rulebook, currency, figures);
  return {
    maintenance: figures.maintenanceMinor / MINOR,
    initial: figures.initialMinor / MINOR,
    options: optionMinor / MINOR,
  };
}

function listOption(
  instruments: InstrumentTable,
  currency: number,
  underlying: number,
  { strike, right, volatility }: (typeof OPTIONS)[number],
): number {
  const id = instruments.append();
  const isCall = right === 'call';
  const value = black76Value({
    isCall,
    forward: PICTURED.forward,
    strike: Number(strike),
    timeYears: PICTURED.secondsToExpiry / 31_536_000,
    volatility: Number(volatility),
    rate: 0,
  });
  instruments.set(id, I.currency, currency);
  instruments.set(id, I.underlying, underlying);
  instruments.set(id, I.kind, OPTION);
  instruments.set(id, I.premium, 1);
  instruments.set(id, I.optionType, isCall ? 1 : 2);
  instruments.set(id, I.multiplier, 10);
  instruments.set(id, I.underlyingMultiplier, 10);
  instruments.set(id, I.strikeTicks, priceTicks(Number(strike) * TICKS));
  instruments.set(id, I.markTicks, priceTicks(Math.round(value * TICKS)));
  return id;
}
