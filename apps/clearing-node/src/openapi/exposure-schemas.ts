import type { JsonSchema } from '#libs/events';
import {
  answer,
  count,
  decimal,
  flag,
  list,
  name,
  object,
  oneOf,
  orNull,
  refer,
  time,
} from './schema-words.js';

const greeks = object({
  deltaMinor: decimal,
  gammaMinor: decimal,
  vegaMinor: decimal,
  thetaMinor: decimal,
  rhoMinor: decimal,
});
const netAndGross = { net: refer('Greeks'), gross: refer('Greeks') };
const about = { underlying: name, currency: name };

const exposure = {
  instruments: list(
    object(
      {
        instrument: name,
        currency: name,
        netLots: decimal,
        grossLots: decimal,
        figures: orNull(object(netAndGross)),
        unpriced: oneOf('no-mark', 'no-volatility', 'beyond-range'),
        pricedWith: object({
          source: oneOf('surface', 'mark'),
          forwardTicks: decimal,
          volatilityPpb: decimal,
          secondsToExpiry: count,
        }),
      },
      ['unpriced', 'pricedWith'],
    ),
  ),
  byExpiry: list(object({ ...about, expiresAt: orNull(time), ...netAndGross })),
  byUnderlying: list(object({ ...about, ...netAndGross })),
};

const shock = { type: 'integer' } as const;
const point = {
  shockPpm: shock,
  equityMinor: decimal,
  maintenanceMinor: decimal,
  initialMinor: decimal,
  orderMarginMinor: decimal,
  worstScenario: orNull(list({ anyOf: [count, oneOf('basis', 'none')] })),
};
const breach = object({
  ...point,
  deficitMinor: decimal,
  marks: list(object({ instrument: name, priceTicks: decimal })),
  before: refer('MovePoint'),
});

const moves = {
  unit: name,
  pool: name,
  currency: name,
  model: oneOf('linear', 'scenario'),
  rulebookVersion: count,
  epoch: count,
  gated: flag,
  stepPpm: count,
  now: refer('MovePoint'),
  cushionMinor: decimal,
  nearest: orNull(oneOf('down', 'up')),
  down: orNull(refer('BreachMove')),
  up: orNull(refer('BreachMove')),
  searched: object({ downPpm: count, upPpm: count }),
  scenarios: orNull(
    list(
      object({
        priceShockPpb: decimal,
        volatility: oneOf('none', 'up', 'down', 'skew-linear', 'skew-absolute'),
        weightPpb: decimal,
      }),
    ),
  ),
  curve: list(refer('MovePoint')),
};

/** Schemas of what is answered about exposures and moves. */
export const exposureSchemas: Readonly<Record<string, JsonSchema>> = {
  Greeks: {
    ...greeks,
    description:
      'Minor units of the settlement currency: delta for a move of 100 % at the present slope, gamma ' +
      'as its change for 1 %, vega for a point of volatility, theta for a day, rho for a point of the rate.',
  },
  MovePoint: object(point),
  BreachMove: breach,
  AccountMarginMoves: answer({ account: name, ...moves }, ['epoch']),
  AccountExposures: answer({ account: name, ...exposure }),
  MemberExposures: answer({ member: name, ...exposure }),
  HouseExposures: answer(exposure),
};
