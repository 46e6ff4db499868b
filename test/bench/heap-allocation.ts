import { Session } from 'node:inspector';
import { ClearingHouse, LATEST_LOGIC, OUTCOME } from '#libs/clearing-house';
import { type Message, recordLengthOf, writeRecord } from '#libs/events';
import { openTicks, INSTRUMENTS, PUBLISHERS } from './ingest-market.js';
import { Population } from './ingest-population.js';
import { RecordBatches } from './record-batches.js';
import { TradeRing } from './trade-ring.js';

const START_US = 1_728_000_000_000_000;
const SAMPLING_BYTES = 1024;

/** The core alone, with the ingest population in it: no log, no threads, no sockets. */
export class BareHouse {
  readonly house = new ClearingHouse();
  readonly #ring: TradeRing;
  readonly #marks = Float64Array.from({ length: INSTRUMENTS + 1 }, (_, k) => openTicks(k));
  #sent = 0;

  constructor(accounts: number, ring: number) {
    const population = new Population(accounts);
    this.#ring = new TradeRing(ring, population);
    this.house.advanceTime(START_US);
    const head = { publisher: PUBLISHERS.operator, publisherSequence: 0 };
    this.#submitAll(encode({ type: 'LogicActivated', ...head, logicVersion: LATEST_LOGIC }));
    const operator = new RecordBatches(PUBLISHERS.operator);
    for (const batch of population.inputs(operator, START_US)) this.#submitAll(batch);
    while (this.house.continueSweep()) this.#cutFullFrame();
  }

  /** Submits so many trades in runs of 1,000, which must divide it and the ring. */
  trade(count: number): void {
    for (let done = 0; done < count; done += 1_000) {
      this.#submitAll(this.#ring.records(this.#sent, 1_000, this.#marks));
      this.#sent += 1_000;
    }
  }

  #submitAll(batch: Uint8Array): void {
    const { house } = this;
    const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
    for (let at = 0; at < batch.length; at += view.getUint32(at, true)) {
      this.#cutFullFrame();
      if (house.submit(view, at) !== OUTCOME.accepted) {
        throw new Error(`an input was refused: [${String(house.lastReason)}]`);
      }
    }
  }

  #cutFullFrame(): void {
    if (this.house.isFrameFull) this.house.beginFrame();
  }
}

function encode(message: Message): Uint8Array {
  const bytes = new Uint8Array(recordLengthOf(message));
  writeRecord(new DataView(bytes.buffer), 0, message, 0);
  return bytes;
}

interface ProfileNode {
  readonly selfSize: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children: readonly ProfileNode[];
}

export interface Allocation {
  readonly bytes: number;
  /** Bytes by function, most first. */
  readonly byFunction: readonly (readonly [string, number])[];
}

/**
 * Heap bytes that `work` allocates, whether or not they are collected meanwhile: V8's sampling heap
 * profiler, which sees about every 1,024th byte.
 */
export function allocationOf(work: () => void): Allocation {
  const session = new Session();
  session.connect();
  const post = (method: string, parameters: object = {}): unknown => {
    let answer: unknown;
    session.post(method, parameters, (error, result) => {
      if (error !== null) throw error;
      answer = result;
    });
    return answer;
  };
  post('HeapProfiler.enable');
  post('HeapProfiler.startSampling', {
    samplingInterval: SAMPLING_BYTES,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  work();
  const { profile } = post('HeapProfiler.stopSampling') as { profile: { head: ProfileNode } };
  session.disconnect();
  const sizes = new Map<string, number>();
  sum(profile.head, sizes);
  const byFunction = [...sizes].sort((a, b) => b[1] - a[1]);
  return { bytes: byFunction.reduce((total, [, size]) => total + size, 0), byFunction };
}

function sum(node: ProfileNode, sizes: Map<string, number>): void {
  const { functionName, url } = node.callFrame;
  const name = `${functionName} ${url.split('/').slice(-2).join('/')}`;
  if (node.selfSize > 0) sizes.set(name, (sizes.get(name) ?? 0) + node.selfSize);
  for (const child of node.children) sum(child, sizes);
}
