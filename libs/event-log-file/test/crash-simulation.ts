import { isDraft, type EventLog, type FrameDraft } from '#libs/event-log';
import { FileEventLog, type FileLog, type Schedule } from '../src/index.js';
import { SimulatedCrash, SimulatedDisk, type DiskFaults } from '../src/simulated-disk.js';
import { seededRandom } from './seeded-random.js';

/**
 * The oracle of the crash tests. It knows what was offered and what was acknowledged, nothing about
 * files. After any crash: what was acknowledged is there; besides it at most the one frame that was
 * in flight; nothing else; and the log can be written again.
 */
export class CrashSimulation {
  readonly disk: SimulatedDisk;
  readonly #random: () => number;
  readonly #acknowledged: FrameDraft[] = [];
  #inFlight: FrameDraft | undefined;
  #claims = 0;
  #headWrites: (() => void)[] = [];

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.disk = new SimulatedDisk(seededRandom(seed ^ 0x5bd1e995));
  }

  get acknowledged(): number {
    return this.#acknowledged.length;
  }

  /**
   * One life of the process: open, check, append until done or dead. Answers whether it died. With
   * `relief`, the first refusal is met by those faults instead and the life goes on.
   */
  async live(frames: number, faults: DiskFaults, relief?: DiskFaults): Promise<boolean> {
    this.disk.faults = faults;
    this.#headWrites = [];
    try {
      const log = await this.open();
      await this.check(log);
      const { epoch } = await log.claim();
      for (let n = 0; n < frames; n += 1) {
        if (!(await this.#append(log, epoch))) {
          if (relief === undefined || this.disk.faults === relief) return true;
          this.disk.faults = relief;
          continue;
        }
        if (this.#random() < 0.2) await log.appendLogRecords([logRecord(n)], epoch);
        if (this.#random() < 0.3) this.#headWrites.splice(0).forEach((write) => write());
      }
      await log.close();
      return false;
    } catch (error) {
      // A disk that fails may stop the process at any point; a wrong log must stop the test.
      if (isDiskTrouble(error)) return true;
      throw error;
    }
  }

  open(): Promise<FileLog> {
    const schedule: Schedule = (_delayMs, action) => {
      this.#headWrites.push(action);
      return () => {
        this.#headWrites = this.#headWrites.filter((each) => each !== action);
      };
    };
    return FileEventLog.open({
      directory: '/log',
      fs: this.disk,
      segmentBytes: 3000,
      schedule,
      claimant: () => new Uint8Array(16).fill(1 + (this.#claims++ % 250)),
    });
  }

  /** Acknowledged frames, then at most the one in flight, and nothing else. */
  async check(log: EventLog): Promise<void> {
    const found: FrameDraft[] = [];
    for await (const frame of log.read(1)) found.push(frame);
    const expected = [...this.#acknowledged];
    const [extra] = found.slice(expected.length);
    if (extra !== undefined && this.#inFlight !== undefined) expected.push(this.#inFlight);
    const isEqual =
      found.length === expected.length &&
      found.every((frame, n) => expected[n] !== undefined && isDraft(frame, expected[n]));
    if (!isEqual) {
      throw new Error(
        `found ${String(found.length)} frames, ${String(this.#acknowledged.length)} acknowledged`,
      );
    }
    this.#acknowledged.splice(0, Infinity, ...expected);
    this.#inFlight = undefined;
  }

  async #append(log: EventLog, epoch: number): Promise<boolean> {
    const { sequence } = await log.head();
    const count = 1 + Math.floor(this.#random() * 3);
    const records = new Uint8Array(40 + Math.floor(this.#random() * 1500));
    for (let n = 0; n < records.length; n += 1) records[n] = Math.floor(this.#random() * 256);
    const draft = { epoch, firstSequence: sequence + 1, count, frameTimeUs: sequence, records };
    this.#inFlight = draft;
    const outcome = await log.append(draft, sequence);
    if (outcome.kind === 'committed') {
      this.#acknowledged.push(draft);
      this.#inFlight = undefined;
      return true;
    }
    // Certainly not stored: then it must never be found.
    if (outcome.kind === 'unavailable') this.#inFlight = undefined;
    return false;
  }
}

function logRecord(n: number): Uint8Array {
  const record = new Uint8Array(24).fill(n);
  new DataView(record.buffer).setUint32(0, record.length, true);
  return record;
}

function isDiskTrouble(error: unknown): boolean {
  if (error instanceof SimulatedCrash) return true;
  return error instanceof Error && /EIO|ENOSPC|the process/.test(error.message);
}
