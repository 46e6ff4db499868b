import { RollingWindow } from '#libs/default-management';
import { gainMicros, isLiquidatable, skewFillPrice, type SkewMarket, skewRisk } from '#libs/margin';
import { isObject, type JsonObject, listOf, numberOf, objectOf } from '../json.js';
import type { FileMapper } from '../mapper.js';
import { figureOf, micros } from '../units.js';

const DIGITS = 6;

/** An account over markets whose prices follow their skew: `libs/margin`, skew-account. */
export const synthetix: FileMapper = {
  accountMargin: ({ inputs, document }) => {
    const held = objectOf(inputs, 'positions');
    const prices = objectOf(inputs, 'prices');
    const markets = objectOf(document, 'markets');
    const names = Object.keys(held);
    const positions = names.map((name) => {
      const terms = objectOf(markets, name);
      const market = marketOf(terms);
      const sizeMicros = micros(held, name);
      // Each was opened at the file's price, in a market without skew.
      const entryMicros = skewFillPrice(micros(terms, 'price'), 0, sizeMicros, market);
      return { market, sizeMicros, entryMicros, priceMicros: micros(prices, name) };
    });
    const risk = skewRisk(micros(inputs, 'collateral'), positions);
    const gains = positions.map((position) => figureOf(gainMicros(position), DIGITS));
    return {
      pnl: Object.fromEntries(names.map((name, place) => [name, gains[place] ?? null])),
      availableMargin: figureOf(risk.netMinor, DIGITS),
      liquidatable: isLiquidatable(risk),
    };
  },
  liquidationWindow: ({ inputs }) => {
    const window = new RollingWindow(micros(inputs, 'maxPerWindow'), micros(inputs, 'windowSec'));
    const left = new Map(
      Object.keys(objectOf(inputs, 'accounts')).map((id): [string, number] => [
        id,
        micros(objectOf(inputs, 'accounts'), id),
      ]),
    );
    const remaining = listOf(inputs, 'calls')
      .filter(isObject)
      .map((call) => {
        const id = String(numberOf(call, 'account'));
        const before = left.get(id) ?? 0;
        left.set(id, before - window.take(micros(call, 't'), before));
        return figureOf(left.get(id) ?? 0, DIGITS);
      });
    return { remainingAfterEachCall: remaining };
  },
};

function marketOf(terms: JsonObject): SkewMarket {
  return {
    skewScaleMicros: micros(terms, 'skewScale'),
    initialFractionPpm: micros(terms, 'initialMarginFraction'),
    initialMinimumPpm: micros(terms, 'minimumInitialMarginRatio'),
    maintenanceScalarPpm: micros(terms, 'maintenanceMarginScalar'),
    liquidationRewardPpm: micros(terms, 'liquidationRewardRatio'),
  };
}
