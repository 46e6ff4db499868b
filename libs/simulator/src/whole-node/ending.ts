import { assertConserved, recount } from '#libs/clearing-house';
import type { Frame } from '#libs/event-log';
import { type Roots, rootsOf } from '#libs/replay';
import { REFUSED } from '#libs/wire';
import { openQuietly } from './durability-check.js';
import type { World } from './world.js';

/** No fault of a link or a disk explains these: every message is whole, or the connection ends. */
const NEVER_REFUSED = [
  ...[REFUSED.malformed, REFUSED.slow, REFUSED.silent, REFUSED.handshake],
  ...[REFUSED.notPermitted, REFUSED.otherPublisher, REFUSED.unnumbered, REFUSED.unauthenticated],
];

/** What is still open, in words; '' when everything is settled. */
export function unsettled({ allPublishers, desk, supervisor, consumer, follower }: World): string {
  const { node } = supervisor;
  if (node === undefined) return 'there is no node';
  if (!allPublishers.every(({ isDone }) => isDone)) return 'inputs are not acknowledged';
  if (desk.pending > 0) return 'answers are on their way';
  const { house } = node.sequencer;
  if (house.hasRunningSweep || house.frame.count > 0) return 'decisions are not in the log';
  const { sequence } = node.follower.clock;
  if (house.state.clock.sequence !== sequence) return 'the node is ahead of what it released';
  if (node.reader.state.clock.sequence !== sequence) return 'its reader has not folded everything';
  if (consumer.sequence < sequence) return 'the consumer has not seen everything';
  if (follower.state?.clock.sequence !== sequence) return 'the follower has not folded everything';
  return '';
}

/**
 * Roots of the live state, which must conserve what it holds; its log time may be ahead of the last
 * frame, which is no event.
 */
export function liveRoots({ supervisor, violations }: World): Roots | undefined {
  const { node } = supervisor;
  if (node === undefined) return undefined;
  const { state } = node.sequencer.house;
  try {
    assertConserved(state);
    recount(state);
  } catch (error) {
    violations.add(`the live node does not conserve money or contracts: ${String(error)}`);
  }
  const { timeUs } = state.clock;
  state.clock.timeUs = node.follower.clock.timeUs;
  const roots = rootsOf(state);
  state.clock.timeUs = timeUs;
  return roots;
}

/** The node's own reader, which has come to its head, must have the same rows. */
export function checkReader({ supervisor, violations }: World): void {
  const { node } = supervisor;
  if (node === undefined) return;
  const [own, released] = [node.reader.state, node.follower];
  violations.check(
    Buffer.compare(rootsOf(own).stateRoot, rootsOf(released).stateRoot) === 0,
    () => "the node's reader has folded something else than was released",
  );
}

/** The log as the next process would find it; the reader checks chain, hashes and density. */
export async function storedFrames({ disk, violations }: World): Promise<Frame[]> {
  const frames: Frame[] = [];
  const copy = disk.copy(() => 0.5);
  copy.killProcess();
  try {
    const log = await openQuietly(copy);
    for await (const frame of log.read(1)) {
      frames.push({ ...frame, records: frame.records.slice() });
    }
  } catch (error) {
    violations.add(`the log cannot be read: ${String(error)}`);
  }
  return frames;
}

/** Why connections ended: what the node says of its clients must be true. */
export function checkRefusals({ allPublishers, consumer, counts, violations }: World): void {
  // History cannot be told while a byte of it is wrong.
  const isWhole = counts.corruptedWrite === 0;
  for (const client of [...allPublishers, consumer]) {
    for (const code of isWhole ? [...NEVER_REFUSED, REFUSED.history] : NEVER_REFUSED) {
      violations.check(!client.refusals.has(code), () => `refused with code ${String(code)}`);
    }
  }
}
