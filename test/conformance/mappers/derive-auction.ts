import { readFileSync } from 'node:fs';
import { auctionFeeMinor } from '#libs/default-management';
import { type Json, type JsonObject, numberOf, objectOf } from '../json.js';
import type { FileMapper } from '../mapper.js';
import { evaluateDerive, ppb } from './derive-market.js';
import { parametersOf } from './derive-pmrm1.js';

/** The file names its margin parameters as those of this one, which is in the repository. */
const MARGIN_FILE = 'test/conformance/vectors/derive_pmrm1.json';

/** Dutch auction of slices of a portfolio (Derive v2): `libs/default-management`, slice-auction. */
export const deriveAuction: FileMapper = {
  '': ({ inputs, document }) => {
    const margin = marginParameters();
    const { evaluation, amount } = evaluateDerive(
      objectOf(inputs, 'initialPortfolio'),
      (riskUnitsPerMinor) => parametersOf(margin, riskUnitsPerMinor),
      ppb(numberOf(margin, 'basePct')),
    );
    const terms = objectOf(document, 'params');
    const { equityMinor, maintenanceMinor } = evaluation.figures;
    const fee = auctionFeeMinor(
      {
        valueMinor: equityMinor,
        marginMinor: equityMinor - maintenanceMinor,
        reservedMinor: 0,
      },
      {
        startPpb: ppb(numberOf(terms, 'startFactor')),
        cutoffPpb: ppb(numberOf(terms, 'cutoffFactor')),
        fastSeconds: numberOf(terms, 'fastSec'),
        slowSeconds: numberOf(terms, 'slowSec'),
        bufferPpb: ppb(numberOf(terms, 'bufferPct')),
        feePpb: ppb(numberOf(terms, 'feeRate')),
      },
    );
    return { liquidationFee: amount(fee) };
  },
};

function marginParameters(): JsonObject {
  return objectOf(JSON.parse(readFileSync(MARGIN_FILE, 'utf8')) as Json as JsonObject, 'params');
}
