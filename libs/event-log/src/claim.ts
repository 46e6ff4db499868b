import { recordLengthOf, writeRecord, type MessageNamed } from '#libs/events';
import { invariant } from '#libs/units';
import type { ChainState } from './chain-state.js';
import { sealClaim } from './frame-sealing.js';

/** Length of what makes a claimant's frame its own; random in production, seeded in simulation. */
export const CLAIMANT_BYTES = 16;

/** The frame that opens the epoch after `state`'s, for the claimant. */
export function claimFrame(state: ChainState, claimant: Uint8Array): Uint8Array {
  invariant(claimant.length === CLAIMANT_BYTES, 'a claimant has 16 bytes');
  const opened: MessageNamed<'EpochOpened'> = {
    type: 'EpochOpened',
    epoch: state.epoch + 1,
    headSequence: state.sequence,
  };
  const record = new Uint8Array(recordLengthOf(opened));
  writeRecord(new DataView(record.buffer), 0, opened, 0);
  return sealClaim(state, record, claimant);
}
