import { StreamConnection } from '#libs/sdk';
import { setTimeout as wait } from 'node:timers/promises';
import { makerOf, openTicks, PUBLISHERS } from './ingest-market.js';
import { NodeUnderTest } from './node-under-test.js';
import { RecordBatches } from './record-batches.js';

const RETRY_MS = 5;

/**
 * Seconds from exec of a node on the log to its first acknowledged trade. The node is then killed
 * (SIGKILL), so that the next one recovers from that.
 */
export async function recoverySeconds(directory: string): Promise<number> {
  const startMs = performance.now();
  const node = new NodeUnderTest({ dataDir: directory, time: 'input', snapshotEvery: 0 });
  try {
    let onReleased: (lastSequence: number) => void = () => undefined;
    const publisher = await connected(node.address, (last) => onReleased(last));
    const { lastPublisherSequence } = publisher.welcome;
    const batches = new RecordBatches(PUBLISHERS.venue, lastPublisherSequence);
    const sides = { buyer: makerOf(0, 1) + 1, seller: makerOf(0, 1) + 2 };
    batches.addTrade({ instrument: 1, ...sides, priceTicks: openTicks(1), lots: 1, aggressor: 0 });
    const acknowledged = new Promise<number>((resolve) => (onReleased = resolve));
    for (const batch of batches.takeAll()) publisher.send(batch);
    const last = await acknowledged;
    const seconds = (performance.now() - startMs) / 1000;
    if (last !== lastPublisherSequence + 1) throw new Error(`acknowledged ${String(last)}`);
    return seconds;
  } finally {
    await node.kill();
  }
}

/** Connects as soon as the node listens. */
async function connected(
  address: string,
  onReleased: (lastSequence: number) => void,
): Promise<StreamConnection> {
  for (;;) {
    try {
      return await StreamConnection.open({
        address,
        publisher: 'venue',
        subscribeFrom: 0,
        onReleased: (released) => onReleased(released.lastPublisherSequence),
        onClosed: () => undefined,
      });
    } catch (error) {
      const { message } = error as Error;
      if (!/ENOENT|ECONNREFUSED/.test(message)) throw error;
      await wait(RETRY_MS);
    }
  }
}
