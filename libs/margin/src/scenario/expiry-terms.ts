import { I, nearestSmile, type Smile, type VolatilitySurface } from '#libs/market';
import { invariant, multiplyDivideFloor } from '#libs/units';
import type { Measured } from '#libs/events';
import { YEAR_SECONDS } from './expiry-shocks.js';
import { BILLION } from './parameters.js';
import type { ObservedTerm, ValuationInputs } from './valuation-inputs.js';

type Terms = Measured<'RulebookPublished'>['scenarioTerms'][number];

const PPB_A_PPM = 1_000;
/** A rate times its years counts up to 200 %: what a discount factor can be has a bound. */
const EXPONENT_MAX_PPB = 2 * BILLION;

/** A forward and how sure it is. */
export interface ValuedForward {
  readonly forwardTicks: number;
  readonly confidencePpb: number;
}

/** What forwards hang on: of an epoch, or of the moment. */
export type ForwardInputs = Pick<
  ValuationInputs,
  'instruments' | 'forward' | 'surfaceMarkTicks' | 'epochMarkTicks' | 'capsForwards'
>;

/** The forward at which options of an expiry are valued, if it was observed by itself. */
function ownForward(
  inputs: Pick<ValuationInputs, 'forward'>,
  underlying: number,
  surface: VolatilitySurface,
  expiry: number,
): ObservedTerm | undefined {
  const observed = inputs.forward(underlying, expiry);
  if (observed === undefined || surface.smile(expiry) === undefined) return observed;
  return surface.source.observedAt > observed.observedAt ? undefined : observed;
}

/**
 * Forward of an expiry at the epoch (docs/rules.md 6a): the one observed for exactly it, unless the
 * surface names the expiry and was seen later; else that of its smile. It moves with the mark since.
 */
export function forwardAt(
  inputs: ForwardInputs,
  underlying: number,
  surface: VolatilitySurface,
  expiry: number,
): ValuedForward {
  const own = ownForward(inputs, underlying, surface, expiry);
  const smile: Smile = nearestSmile(surface, expiry);
  const ticks = own?.value ?? smile.forwardTicks;
  const then = own?.markTicks ?? inputs.surfaceMarkTicks(underlying);
  const now = inputs.epochMarkTicks(underlying);
  const confidencePpm = own?.confidencePpm ?? surface.source.confidencePpm;
  invariant(now > 0, 'an underlying has a mark');
  const moved = then === 0 ? ticks : Math.max(1, multiplyDivideFloor(ticks, now, then));
  // The bounds of listing hold for prices that trade: a leap of the mark does not carry it beyond.
  const isCapped = own !== undefined || inputs.capsForwards;
  const most = isCapped ? inputs.instruments.get(underlying, I.maxPriceTicks) : moved;
  return { forwardTicks: Math.min(moved, most), confidencePpb: confidencePpm * PPB_A_PPM };
}

/** Rate of an expiry and how sure it is; 0, fully, where none was observed. */
export function rateAt(
  inputs: Pick<ValuationInputs, 'rate'>,
  expiry: number,
  secondsToExpiry: number,
): { readonly ratePpb: number; readonly confidencePpb: number } {
  const observed = inputs.rate(expiry);
  if (observed === undefined) return { ratePpb: 0, confidencePpb: BILLION };
  const most = Math.floor((EXPONENT_MAX_PPB * YEAR_SECONDS) / Math.max(secondsToExpiry, 1));
  const confidencePpb = observed.confidencePpm * PPB_A_PPM;
  return { ratePpb: Math.min(observed.value, most), confidencePpb };
}

/** Whether what an option is valued by has become older than the rulebook allows. */
export function isOutdated(inputs: ValuationInputs, terms: Terms, option: number): boolean {
  const { instruments } = inputs;
  const underlying = instruments.get(option, I.underlying);
  const surface = inputs.surface(underlying);
  if (surface === undefined) return false;
  const expiry = instruments.get(option, I.expiresAt);
  const now = inputs.nowUs();
  const isOld = (receivedAt: number | undefined, maxAgeUs: number): boolean =>
    maxAgeUs > 0 && receivedAt !== undefined && now - receivedAt >= maxAgeUs;
  return (
    isOld(inputs.surfaceReceivedAt(underlying), terms.surfaceMaxAgeUs) ||
    isOld(ownForward(inputs, underlying, surface, expiry)?.receivedAt, terms.forwardMaxAgeUs) ||
    isOld(inputs.rate(expiry)?.receivedAt, terms.rateMaxAgeUs)
  );
}
