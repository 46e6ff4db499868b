import { recordLengthOf, writeRecord, type Message } from '#libs/events';
import { invariant } from '#libs/units';
import type { ChainState } from './chain-state.js';
import { sealClaim } from './frame-sealing.js';
import { DURABILITIES, type EventLog } from './port.js';

/** Length of what makes a claimant's frame its own; random in production, seeded in simulation. */
export const CLAIMANT_BYTES = 16;

/** The frame that opens the epoch after `state`'s, for the claimant. */
export function claimFrame(state: ChainState, claimant: Uint8Array): Uint8Array {
  invariant(claimant.length === CLAIMANT_BYTES, 'a claimant has 16 bytes');
  const { epoch, sequence } = state;
  const opened = encode({ type: 'EpochOpened', epoch: epoch + 1, headSequence: sequence });
  return sealClaim(state, opened, claimant);
}

/** The record in which a log states, at every start, what its acknowledgements mean. */
export function engineDeclared({
  durability,
  engine,
}: Pick<EventLog, 'durability' | 'engine'>): Uint8Array {
  const place = DURABILITIES.indexOf(durability);
  return encode({ type: 'EngineDeclared', durability: place, engine });
}

function encode(message: Message): Uint8Array {
  const bytes = new Uint8Array(recordLengthOf(message));
  writeRecord(new DataView(bytes.buffer), 0, message, 0);
  return bytes;
}
