import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClearingHouse, HouseState } from '#libs/clearing-house';
import { catalogue } from '#libs/events';
import { MemoryEventLog } from '#libs/event-log';
import { Verification } from '#libs/replay';
import { Sequencer } from '#libs/runtime';
import { AnswerQueue } from '../../apps/cli/src/answers.js';
import { Ingestion } from '../../apps/cli/src/ingestion.js';
import { LineSplitter } from '../../apps/cli/src/line-splitter.js';

const HOUR = 3_600_000_000;
const inputs = 'examples/inputs';

/** Ingests a file with its own times into a log in memory, as `novate ingest --clock input` does. */
async function ingested(file: string) {
  const log = new MemoryEventLog();
  const { epoch } = await log.claim();
  const answers = new AnswerQueue(log, 0);
  const sequencer = new Sequencer({
    house: new ClearingHouse(new HouseState()),
    log,
    epoch,
    time: 'input',
    timeStepMaxUs: HOUR,
    onReleased: ({ draft, head }) => answers.released(draft, head),
    onStopped: (reason) => {
      throw new Error(reason);
    },
  });
  const options = { sequencer, answers, time: 'input', acceptTimeJump: false } as const;
  const ingestion = new Ingestion({
    ...options,
    timeStepMaxUs: HOUR,
    assertRunning: () => undefined,
  });
  const splitter = new LineSplitter();
  for (const line of [...splitter.push(readFileSync(file)), ...splitter.end()]) {
    await ingestion.take(line);
  }
  await sequencer.drain();
  const text = await answers.take();
  return { log, sequencer, answers: text.trim().split('\n') };
}

/** Replays what was recorded and compares every byte. */
async function expectVerified(log: MemoryEventLog): Promise<void> {
  const verification = new Verification();
  for await (const frame of log.read(1)) expect(verification.check(frame)).toBeUndefined();
}

const inputTypes = Object.values(catalogue)
  .filter(({ kind }) => kind === 'input' || kind === 'trade')
  .map(({ name }): string => name)
  .sort();

describe('the examples', () => {
  it('have a file for every input type, and no other', () => {
    const files = readdirSync(inputs).sort();
    expect(files).toEqual(inputTypes.map((name) => `${name}.jsonl`));
  });

  it.each(inputTypes)('%s: every line is accepted, and the last one is it', async (type) => {
    const file = join(inputs, `${type}.jsonl`);
    const { log, answers } = await ingested(file);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines.at(-1)).toContain(`"type": "${type}"`);
    expect(answers).toHaveLength(lines.length);
    for (const answer of answers) expect(answer).toContain('"status":"accepted"');
    await expectVerified(log);
  });

  it('first-hour.jsonl: from nothing to a liquidation and a recovery', async () => {
    const { log, answers, sequencer } = await ingested('examples/first-hour.jsonl');
    for (const answer of answers) expect(answer).toContain('"status":"accepted"');
    await expectVerified(log);
    const { state } = sequencer.house;
    const alice = state.names.idOf('account', 'alice') ?? 0;
    const row = state.positions.first(alice);
    // 135 of 1,000 lots were sold; she kept the rest.
    expect(state.positions.get(row, 1)).toBe(865);
    expect(state.orders.open.size).toBe(0);
  });

  it('portfolio-margin.jsonl: a hedged account breaches, and the plan keeps the hedge', async () => {
    const { log, answers, sequencer } = await ingested('examples/portfolio-margin.jsonl');
    for (const answer of answers) expect(answer).toContain('"status":"accepted"');
    await expectVerified(log);
    const { state } = sequencer.house;
    const orders = [...state.orders.open.values()];
    // What docs/margin.md shows: 78 lots of the perpetual, none of the puts.
    const perpetual = state.names.idOf('instrument', 'BTC-PERP');
    expect(orders.map((own) => [own.instrument, own.quantityLots])).toEqual([[perpetual, 78]]);
    expect(state.valuation.number).toBeGreaterThan(10);
  });
});
