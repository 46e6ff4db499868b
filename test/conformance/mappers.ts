import type { FileMapper } from './mapper.js';
import { adl } from './mappers/adl.js';
import { black } from './mappers/black.js';
import { deribit } from './mappers/deribit.js';
import { deriveAuction } from './mappers/derive-auction.js';
import { derivePmrm1 } from './mappers/derive-pmrm1.js';
import { derivePmrm2 } from './mappers/derive-pmrm2.js';
import { span, spanExamples } from './mappers/span.js';
import { deriveSrm } from './mappers/derive-srm.js';
import { drift } from './mappers/drift.js';
import { dydxV4 } from './mappers/dydx-v4.js';
import { mango } from './mappers/mango.js';
import { synthetix } from './mappers/synthetix.js';
import { vega } from './mappers/vega.js';
import { venueExamplesLinear } from './mappers/venue-examples-linear.js';

/*
 * How to add a mapper: one file in mappers/ that exports a `FileMapper`, and one line in `mappers`.
 *
 * A mapper turns a vector's inputs into arguments of the product's own functions, those that the engine
 * calls, and names their results as the published file does. It holds no formula and no expected
 * figure, sees none, and chooses by file name and group alone. It gives every key that its group has in
 * any case and the product computes (a bare value where the file has a bare value); the runner keeps
 * those that the case asks for. What the product cannot compute is left out; where that is all, throw
 * `Unsupported` with the reason, or leave the group out. Counts are pinned in pass-counts.json.
 */

/** Every mapper by the name of its vectors file. */
export const mappers: Readonly<Record<string, FileMapper>> = {
  'adl.json': adl,
  'black.json': black,
  'deribit.json': deribit,
  'derive_auction.json': deriveAuction,
  'derive_pmrm1.json': derivePmrm1,
  'derive_pmrm2.json': derivePmrm2,
  'span.json': span,
  'derive_srm.json': deriveSrm,
  'drift.json': drift,
  'dydx_v4.json': dydxV4,
  'mango.json': mango,
  'synthetix.json': synthetix,
  'vega.json': vega,
  'venue_examples.json': { ...spanExamples, ...venueExamplesLinear },
};
