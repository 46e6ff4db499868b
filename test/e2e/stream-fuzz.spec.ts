import { allInputs, permittedInputs } from '#libs/access';
import { FileEventLog } from '#libs/event-log-file';
import type { InputName } from '#libs/events';
import { Random } from '#libs/simulator';
import { encodeBatchHead } from '#libs/wire';
import { AcceptedInputs } from '../support/accepted-inputs.js';
import { drawInput, mutate } from '../support/record-mutation.js';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';
import { RawStream } from '../support/raw-stream.js';
import { StreamNode } from './stream-node.js';

const isFull = process.env['NOVATE_FUZZ'] === 'full';
const RECORDS = isFull ? 1_000_000 : 20_000;
const SEED = Number(process.env['NOVATE_FUZZ_SEED'] ?? 1);
const MINUTES_MAX = 60;
/** Records on their way at once: what follows one that is refused is dropped with it. */
const BATCH_MAX = 4;
/** Of a thousand records so many are sound as bytes, whatever they say. */
const SOUND_PER_MILLE = 400;

interface FuzzSession {
  readonly name: string;
  readonly inputs: readonly InputName[];
}

/** An accepted jump of time to a far year would leave nothing to be tried. */
const NOT_DRAWN: readonly InputName[] = ['TimeJumpAccepted'];
const sessions: readonly FuzzSession[] = [
  { name: 'venue', inputs: permittedInputs('publisher') },
  { name: 'spare', inputs: permittedInputs('publisher') },
  { name: 'executor', inputs: permittedInputs('executor') },
  { name: 'operator', inputs: allInputs().filter((name) => !NOT_DRAWN.includes(name)) },
];

/** Sends mutated records of one session until so many were judged; counts the answers. */
class Fuzzer {
  judged = 0;
  readonly answers = new Map<string, number>();
  private lastBatch = '';

  constructor(
    private readonly node: StreamNode,
    private readonly session: FuzzSession,
    private readonly random: Random,
  ) {}

  async run(records: number): Promise<void> {
    let stream: RawStream | undefined;
    try {
      while (this.judged < records) {
        stream ??= await this.connect();
        if (!(await this.sendOne(stream))) stream = undefined;
      }
      stream?.close();
    } catch (error) {
      const how = this.node.isRunning ? 'runs' : `is gone: ${this.node.stderr}`;
      const again = `NOVATE_FUZZ_SEED=${String(SEED)}`;
      throw new Error(`${this.session.name}, ${again}: the node ${how}; sent ${this.lastBatch}`, {
        cause: error,
      });
    }
  }

  private async connect(): Promise<RawStream> {
    const { node, session } = this;
    const stream = await RawStream.hello(node.address, session.name, node.tokenOf(session.name));
    if (stream.welcome === undefined)
      throw new Error(`no welcome: ${String(stream.refused?.text)}`);
    return stream;
  }

  /** False when the connection ended, as it does with a record that is none. */
  private async sendOne(stream: RawStream): Promise<boolean> {
    const { random } = this;
    const last = stream.lastNumber;
    const count = 1 + random.below(BATCH_MAX);
    const publisher = stream.welcome?.publisher ?? 0;
    const records = Array.from({ length: count }, (_, k) => this.draw(publisher, last + k + 1));
    const batch = Buffer.concat(records);
    this.lastBatch = batch.toString('hex');
    stream.write(Buffer.concat([encodeBatchHead(batch.length, 0), batch]));
    await stream.until(() => stream.isClosed || stream.lastNumber >= last + count);
    for (let number = last + 1; number <= stream.lastNumber; number++) {
      const reason = stream.reasons.get(number) ?? 0;
      this.count(reason === 0 ? 'accepted' : 'rejected');
      stream.reasons.delete(number);
    }
    if (!stream.isClosed) return true;
    this.count(`refused ${String(stream.refused?.code ?? 'without a word')}`);
    return false;
  }

  private draw(publisher: number, number: number): Buffer {
    const { random, session } = this;
    const type = session.inputs[random.below(session.inputs.length)] ?? 'TradeReported';
    const record = drawInput(random, type, publisher, number);
    return random.below(1_000) < SOUND_PER_MILLE ? record : mutate(random, record);
  }

  private count(answer: string): void {
    this.judged += 1;
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  }
}

describe('mutated records on the stream', () => {
  const directory = new TemporaryDirectory();
  let node: StreamNode;
  beforeAll(async () => {
    ensureBuilt();
    node = await StreamNode.withWorld(directory.in('data'));
  });
  afterAll(async () => {
    await node.stop();
    directory.remove();
  });

  it(
    'crash nothing, and what is refused leaves no trace in the business',
    async () => {
      const fuzzers = sessions.map((session, k) => new Fuzzer(node, session, new Random(SEED, k)));
      await Promise.all(fuzzers.map((fuzzer) => fuzzer.run(Math.ceil(RECORDS / fuzzers.length))));
      expect(node.isRunning).toBe(true);
      await node.stop();
      expect(node.lives).toBe(1);
      const fresh = new AcceptedInputs();
      const log = await FileEventLog.open({ directory: node.dataDir, readOnly: true });
      for await (const frame of log.read(1)) fresh.take(frame);
      await log.close();
      const verified = await run('verify', '--data-dir', node.dataDir, '--json');
      const { ok, businessRoot } = JSON.parse(verified.stdout) as Record<string, unknown>;
      process.stdout.write(
        `${String(fuzzers.reduce((sum, { judged }) => sum + judged, 0))} mutated records: ` +
          `${describeAnswers(fuzzers)}; ${String(fresh.accepted)} accepted, ` +
          `${String(fresh.refused)} refused in the log\n`,
      );
      expect({ ok, businessRoot }).toEqual({ ok: true, businessRoot: fresh.businessRoot });
      // Nothing is proved where nothing was taken, or everything.
      expect(fresh.accepted).toBeGreaterThan(RECORDS / 200);
      expect(fresh.refused).toBeGreaterThan(RECORDS / 200);
    },
    MINUTES_MAX * 60_000,
  );
});

function describeAnswers(fuzzers: readonly Fuzzer[]): string {
  const sums = new Map<string, number>();
  for (const { answers } of fuzzers) {
    for (const [answer, count] of answers) sums.set(answer, (sums.get(answer) ?? 0) + count);
  }
  const sorted = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([answer, count]) => `${answer} ${String(count)}`).join(', ');
}
