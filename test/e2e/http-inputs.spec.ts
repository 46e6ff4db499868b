import { HttpClient, ProblemError } from '#libs/sdk';
import { OpenApiSchemas } from '../support/openapi-schemas.js';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';
import { smallHouse, trade } from './http-house.js';
import { HttpNode } from './http-node.js';

describe('inputs over HTTP', () => {
  const directory = new TemporaryDirectory();
  const dataDir = directory.in('data');
  let node: HttpNode;
  let schemas: OpenApiSchemas;

  beforeAll(async () => {
    ensureBuilt();
    node = await HttpNode.start(dataDir);
    const document = (await node.ask('/v1/openapi.json')).json;
    schemas = new OpenApiSchemas(document ?? {});
  });
  afterAll(async () => {
    await node.kill();
    directory.remove();
  });

  it('takes a batch whose lines need earlier ones, and answers each in order', async () => {
    const answers = await node.batch(smallHouse);
    expect(answers.map(({ line }) => line)).toEqual(smallHouse.map((_, k) => k + 1));
    for (const answer of answers) {
      const own = Object.fromEntries(Object.entries(answer).filter(([key]) => key !== 'line'));
      expect(schemas.faultsOf('InputAnswer', own)).toEqual([]);
    }
  });

  it('answers a trade with its place, time and both legs, each with an identifier', async () => {
    const { status, json } = await node.ask('/v1/trades', { body: trade(1), as: 'publisher' });
    expect(status).toBe(200);
    expect(schemas.faultsOf('InputAnswer', json)).toEqual([]);
    const { sequence, time, clearedAt, legs } = json ?? {};
    expect(clearedAt).toBe(time);
    const uti = `NOVATE00000000000000${String(sequence).padStart(16, '0')}`;
    expect(legs).toEqual([
      { side: 'buy', account: 'alice', uti: `${uti}B`, feeMinor: '200' },
      { side: 'sell', account: 'bob', uti: `${uti}S`, feeMinor: '200' },
    ]);
  });

  it('is read by its writer at once', async () => {
    for (let k = 100; k < 120; k++) {
      const { json } = await node.ask('/v1/trades', { body: trade(k), as: 'publisher' });
      const status = await node.ask('/v1/status', { as: 'publisher' });
      expect(Number(status.json?.['sequence'])).toBeGreaterThanOrEqual(Number(json?.['sequence']));
    }
  });

  it('refuses with the number, the field, the value, the rule, the remedy and the place', async () => {
    const body = trade(200, { quantityLots: '0' });
    const { status, headers, json } = await node.ask('/v1/trades', { body, as: 'publisher' });
    expect(status).toBe(422);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(schemas.faultsOf('Problem', json)).toEqual([]);
    expect(json).toMatchObject({
      type: 'urn:novate:problem:rejection:quantity-out-of-range',
      status: 422,
      messageId: body.messageId,
      reason: 110,
      field: 'quantityLots',
      value: '0',
      rule: 'The quantity is not in 1..maxLots.',
      remedy: 'Correct the quantity.',
    });
    const place = `/v1/events/${String(json?.['sequence'])}`;
    const event = (await node.ask(place, { as: 'auditor' })).json?.['event'];
    expect(event).toMatchObject({ type: 'TradeRejected', reason: 110, tradeId: '200' });
  });

  it('takes the id from the header Idempotency-Key as well', async () => {
    const { messageId, ...body } = trade(300);
    const headers = { 'idempotency-key': messageId };
    const first = await node.ask('/v1/trades', { body, headers, as: 'publisher' });
    const again = await node.ask('/v1/trades', { body: trade(300), as: 'publisher' });
    expect(first.status).toBe(200);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('refuses other content under an id that was used', async () => {
    const body = trade(300, { priceTicks: '400001' });
    const { status, json } = await node.ask('/v1/trades', { body, as: 'publisher' });
    expect(status).toBe(409);
    expect(json).toMatchObject({ reason: 601, field: 'messageId', value: body.messageId });
  });

  it('gives the first answer again after kill -9: accepted, refused, and in a batch', async () => {
    const inputs = [trade(400), trade(401, { quantityLots: '0' }), trade(402)];
    const send = () =>
      Promise.all(inputs.map((body) => node.ask('/v1/trades', { body, as: 'publisher' })));
    const first = await send();
    expect(first.map(({ status }) => status)).toEqual([200, 422, 200]);
    const batch = [trade(403), trade(404, { seller: 'alice' })];
    const lines = await node.batch(batch, 'publisher');
    expect(lines.map(({ status }) => status)).toEqual(['accepted', 'rejected']);

    await node.kill();
    node = await HttpNode.start(dataDir, '--accept-time-jump');
    const again = await send();
    expect(again.map(({ text }) => text)).toEqual(first.map(({ text }) => text));
    expect(await node.batch(batch, 'publisher')).toEqual(
      lines.map((line) => ({ ...line, repeated: true })),
    );
    const other = await node.ask('/v1/trades', {
      body: trade(400, { quantityLots: '2' }),
      as: 'publisher',
    });
    expect(other.json).toMatchObject({ status: 409, reason: 601 });
  });

  it('goes on with a batch after a line that is wrong', async () => {
    const lines = [trade(500), trade(501, { buyer: 'nobody' }), { type: 'Nonsense' }, trade(502)];
    const answers = await node.batch(lines, 'publisher');
    expect(answers.map(({ line, status }) => [line, status])).toEqual([
      [1, 'accepted'],
      [2, 'error'],
      [3, 'error'],
      [4, 'accepted'],
    ]);
    expect(answers[1]).toMatchObject({ field: 'buyer', value: 'nobody', problem: 'unknown-name' });
  });

  it('is what the typed client speaks', async () => {
    const { http: url } = node.ready;
    const client = new HttpClient({ url, token: node.token('publisher') });
    const accepted = await client.send(trade(600));
    expect(await client.send(trade(600))).toEqual(accepted);
    const refused = client.send(trade(601, { seller: 'alice' }));
    await expect(refused).rejects.toBeInstanceOf(ProblemError);
    await expect(refused).rejects.toMatchObject({ status: 422, problem: { reason: 106 } });
    const many = Array.from({ length: 700 }, (_, k) => trade(700 + k));
    const answers = await client.sendBatch(many);
    expect(answers.map(({ tradeId }) => tradeId)).toEqual(many.map(({ tradeId }) => tradeId));
  });

  it('leaves a log that verifies', async () => {
    await node.stop();
    const { code, stdout } = await run('verify', '--data-dir', dataDir, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  });
});
