import { invariant, multiplyDivideFloor, multiplyDivideHalfUp } from '#libs/units';

const MILLION = 1_000_000;

/**
 * A coin that counts as an asset at a weight below 1 and as a debt at one above it (Mango v4,
 * `health/cache.rs`, init health). Amounts in millionths of the coin, prices in millionths of the
 * reference currency, weights in ppm.
 */
export interface WeightedCoin {
  readonly balanceMicros: number;
  readonly priceMicros: number;
  readonly assetPpm: number;
  readonly debtPpm: number;
  /** What all hold and owe of it, millionths of the coin. */
  readonly depositsMicros: number;
  readonly borrowsMicros: number;
  /** What the open orders of all may yet bring to the deposits. */
  readonly potentialMicros: number;
  /** Worth of the two beyond which weights worsen, millionths of the reference currency; 0: none. */
  readonly depositStartMicros: number;
  readonly borrowStartMicros: number;
}

/** Coins that open spot orders hold back: they may become the one or the other. */
export interface SpotOrders {
  readonly base: number;
  readonly quote: number;
  readonly reservedBaseMicros: number;
  readonly reservedQuoteMicros: number;
  /** Quote coins for one of the base at the lowest ask: it sells for no more; 0: for its price. */
  readonly lowestAskMicros: number;
  /** Base coins for one of the quote at the highest bid: it buys no more; 0: at its price. */
  readonly highestBidInverseMicros: number;
}

/** A perpetual whose gain or loss lands in the coin `settle`. */
export interface WeightedPerpetual {
  readonly settle: number;
  readonly baseMicros: number;
  readonly quoteMicros: number;
  readonly bidsMicros: number;
  readonly asksMicros: number;
  readonly priceMicros: number;
  readonly assetPpm: number;
  readonly debtPpm: number;
  /** Weight of a gain that is not yet settled. */
  readonly gainPpm: number;
}

export interface WeightedAccount {
  readonly coins: readonly WeightedCoin[];
  readonly spotOrders: readonly SpotOrders[];
  readonly perpetuals: readonly WeightedPerpetual[];
}

/** Weighted worth of an account, millionths of the reference currency; below 0 it lacks so much. */
export function weightedHealthMicros({ coins, spotOrders, perpetuals }: WeightedAccount): number {
  const balances = coins.map(({ balanceMicros }) => balanceMicros);
  for (const perpetual of perpetuals) {
    balances[perpetual.settle] = (balances[perpetual.settle] ?? 0) + perpetualHealth(perpetual);
  }
  let health = 0;
  for (const [place, coin] of coins.entries()) health += worthMicros(coin, balances[place] ?? 0);
  const converted = spotOrders.map((orders) => convertedMicros(coins, orders));
  const reserved = coins.map((_, place) =>
    spotOrders.reduce(
      (sum, { base, quote }, k) =>
        sum +
        (base === place ? (converted[k]?.asBase ?? 0) : 0) +
        (quote === place ? (converted[k]?.asQuote ?? 0) : 0),
      0,
    ),
  );
  for (const [k, { base, quote }] of spotOrders.entries()) {
    const { asBase = 0, asQuote = 0 } = converted[k] ?? {};
    if (asBase === 0 || asQuote === 0) continue;
    const effectOf = (place: number, amount: number): number => {
      const most = (balances[place] ?? 0) + (reserved[place] ?? 0);
      return effectMicros(coins[place], most, amount);
    };
    health += Math.min(effectOf(base, asBase), effectOf(quote, asQuote));
  }
  invariant(Number.isSafeInteger(health), 'a health is a safe integer');
  return health;
}

/** What a perpetual adds to its coin: the worse of all bids filled and all asks filled. */
export function perpetualHealth(perpetual: WeightedPerpetual): number {
  const { baseMicros, quoteMicros, priceMicros, assetPpm, debtPpm, gainPpm } = perpetual;
  const filled = (ordered: number): number => {
    const net = baseMicros + ordered;
    const value = multiplyDivideHalfUp(net, priceMicros, MILLION);
    const weighted = multiplyDivideFloor(value, net < 0 ? debtPpm : assetPpm, MILLION);
    return weighted - multiplyDivideHalfUp(ordered, priceMicros, MILLION);
  };
  const worst = Math.min(filled(perpetual.bidsMicros), filled(-perpetual.asksMicros));
  const gain = quoteMicros + worst;
  return gain > 0 ? multiplyDivideFloor(gain, gainPpm, MILLION) : gain;
}

/** Weighted value of an amount: an asset's weight falls, a debt's rises with what all hold or owe. */
function worthMicros(coin: WeightedCoin, amountMicros: number): number {
  const value = multiplyDivideFloor(amountMicros, coin.priceMicros, MILLION);
  if (amountMicros >= 0) return assetMicros(coin, value);
  return -debtMicros(coin, -value);
}

function assetMicros(coin: WeightedCoin, valueMicros: number): number {
  const { assetPpm, depositStartMicros, priceMicros } = coin;
  const weighted = multiplyDivideFloor(valueMicros, assetPpm, MILLION);
  const deposits = multiplyDivideFloor(
    coin.depositsMicros + coin.potentialMicros,
    priceMicros,
    MILLION,
  );
  if (depositStartMicros === 0 || deposits <= depositStartMicros) return weighted;
  return multiplyDivideFloor(weighted, depositStartMicros, deposits);
}

function debtMicros(coin: WeightedCoin, valueMicros: number): number {
  const { debtPpm, borrowsMicros, borrowStartMicros, priceMicros } = coin;
  const weighted = multiplyDivideHalfUp(valueMicros, debtPpm, MILLION);
  const borrows = multiplyDivideHalfUp(borrowsMicros, priceMicros, MILLION);
  if (borrowStartMicros === 0 || borrows <= borrowStartMicros) return weighted;
  return multiplyDivideHalfUp(weighted, borrows, borrowStartMicros);
}

function convertedMicros(
  coins: readonly WeightedCoin[],
  orders: SpotOrders,
): { asBase: number; asQuote: number } {
  const basePrice = coins[orders.base]?.priceMicros ?? 0;
  const quotePrice = coins[orders.quote]?.priceMicros ?? 0;
  const { reservedBaseMicros: base, reservedQuoteMicros: quote } = orders;
  const bought = multiplyDivideFloor(quote, quotePrice, basePrice);
  const sold = multiplyDivideFloor(base, basePrice, quotePrice);
  return {
    asBase: base + atMost(bought, quote, orders.highestBidInverseMicros),
    asQuote: quote + atMost(sold, base, orders.lowestAskMicros),
  };
}

function atMost(converted: number, amount: number, priceMicros: number): number {
  if (priceMicros === 0) return converted;
  return Math.min(converted, multiplyDivideFloor(amount, priceMicros, MILLION));
}

/** What an amount adds to health when it comes last to a balance that can become `most`. */
function effectMicros(coin: WeightedCoin | undefined, most: number, amount: number): number {
  invariant(coin !== undefined, 'an order is in coins of the account');
  const asset = Math.min(amount, Math.max(0, most));
  const debt = amount - asset;
  return (
    assetMicros(coin, multiplyDivideFloor(asset, coin.priceMicros, MILLION)) +
    debtMicros(coin, multiplyDivideFloor(debt, coin.priceMicros, MILLION))
  );
}
