import { OpenApiSchemas } from '../support/openapi-schemas.js';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';
import { smallHouse, trade } from './http-house.js';
import { type Ask, HttpNode } from './http-node.js';

const good = trade(900);
const changed = (more: object): Ask => ({ body: trade(900, more) });
const raw = (body: string | Uint8Array): Ask => ({ body });
const without = (name: string): Ask => ({
  body: Object.fromEntries(Object.entries(good).filter(([key]) => key !== name)),
});
const header = (headers: Readonly<Record<string, string>>, body: Ask['body'] = good): Ask => ({
  headers,
  body,
});
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const text = JSON.stringify(good);

/** What a careless or malicious sender may send to /v1/trades. */
const onTrades: readonly (readonly [what: string, ask: Ask])[] = [
  ['no body', { method: 'POST', headers: { 'content-type': 'application/json' } }],
  ['an empty object', raw('{}')],
  ['an array', raw(`[${text}]`)],
  ['a number', raw('1')],
  ['null', raw('null')],
  ['a string', raw('"TradeReported"')],
  ['no JSON', raw('{"type":')],
  ['a trailing comma', raw(`${text.slice(0, -1)},}`)],
  ['two objects', raw(`${text}${text}`)],
  ['a comment', raw(`/* */${text}`)],
  ['a byte order mark', raw(`\u{feff}${text}`)],
  ['bytes that are no UTF-8', raw(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]))],
  ['a zero byte', raw('\0')],
  ['deep arrays', raw(`{"messageId":"a","x":${nested(5000)}}`)],
  ['deep objects', raw('{"a":'.repeat(3000) + '1' + '}'.repeat(3000))],
  ['a key twice', raw(text.replace('{', '{"priceTicks":"1",'))],
  ['a key twice, once escaped', raw(text.replace('{', '{"price\\u0054icks":"1",'))],
  ['a string without an end', raw(`{"messageId":"${'\\"'.repeat(20000)}`)],
  ['many quotes', raw('"'.repeat(60000))],
  ['NaN', raw(text.replace('"400000"', 'NaN'))],
  ['Infinity', raw(text.replace('"400000"', '1e999'))],
  ['a price beyond 2^53', changed({ priceTicks: '9007199254740993' })],
  ['a price beyond 2^64', changed({ priceTicks: '18446744073709551617' })],
  ['an inexact number', changed({ priceTicks: 9007199254740992 })],
  ['a fraction', changed({ priceTicks: '1.5' })],
  ['an exponent', changed({ priceTicks: '1e5' })],
  ['hexadecimal', changed({ priceTicks: '0x10' })],
  ['leading zeros', changed({ priceTicks: '007' })],
  ['a plus sign', changed({ priceTicks: '+7' })],
  ['spaces', changed({ priceTicks: ' 7' })],
  ['digits of another script', changed({ priceTicks: '٤٠٠' })],
  ['a price of an object', changed({ priceTicks: { valueOf: 1 } })],
  ['a price of an array', changed({ priceTicks: ['400000'] })],
  ['a price of null', changed({ priceTicks: null })],
  ['a price of true', changed({ priceTicks: true })],
  ['a negative price', changed({ priceTicks: '-1' })],
  ['no price', without('priceTicks')],
  ['no quantity', without('quantityLots')],
  ['a quantity of zero', changed({ quantityLots: '0' })],
  ['a quantity beyond the limit', changed({ quantityLots: '9007199254740991' })],
  ['an unknown buyer', changed({ buyer: 'nobody' })],
  ['a buyer by a number that nobody has', changed({ buyer: '#4294967295' })],
  ['a buyer by #0', changed({ buyer: '#0' })],
  ['a buyer of 10,000 characters', changed({ buyer: 'x'.repeat(10_000) })],
  ['a buyer named __proto__', changed({ buyer: '__proto__' })],
  ['a buyer named constructor', changed({ buyer: 'constructor' })],
  ['buyer and seller alike', changed({ seller: 'alice' })],
  ['accounts of two pools', changed({ seller: 'M01-house' })],
  ['an unknown instrument', changed({ instrument: "'; DROP TABLE trades; --" })],
  ['an unknown venue', changed({ venue: '../../etc/passwd' })],
  ['a foreign field', changed({ isAdmin: true })],
  ['the field __proto__', raw(text.replace('{', '{"__proto__":{"type":"x"},'))],
  ['the field constructor', changed({ constructor: 1 })],
  ['another type than the route', changed({ type: 'CollateralDeposited' })],
  ['a type of the house itself', changed({ type: 'TradeNovated' })],
  ['a type of the object prototype', changed({ type: 'toString' })],
  ['a type of the log', changed({ type: 'EpochOpened' })],
  ['a session number', changed({ publisherSequence: '1' })],
  ['another publisher', changed({ publisher: 'executor' })],
  ['no message id', without('messageId')],
  ['an empty message id', changed({ messageId: '' })],
  ['a message id of 37 characters', changed({ messageId: 'x'.repeat(37) })],
  ['a message id with a space', changed({ messageId: 'a b' })],
  ['a message id that is a number', changed({ messageId: 7 })],
  ['a message id that is an object', changed({ messageId: {} })],
  ['another id in the header', header({ 'idempotency-key': 'other' })],
  ['a liquidation order that is none', changed({ liquidationOrder: '1' })],
  ['a side that is none', changed({ aggressor: 'both' })],
  ['a date that is none', changed({ tradeDate: '2021-02-30' })],
  ['a time that is none', changed({ executedAt: '2021-05-19T25:00:00Z' })],
  ['a time with an offset', changed({ executedAt: '2021-05-19T00:00:00+01:00' })],
  ['a log time that is none', changed({ time: 'yesterday' })],
  ['too large a body', raw(JSON.stringify({ ...good, padding: 'x'.repeat(70_000) }))],
  ['a form', header({ 'content-type': 'application/x-www-form-urlencoded' }, 'a=b')],
  ['plain text', header({ 'content-type': 'text/plain' }, text)],
  ['XML', header({ 'content-type': 'application/xml' }, '<trade/>')],
  ['a media type that is none', header({ 'content-type': 'nonsense' }, text)],
  ['an empty batch', header({ 'content-type': 'application/x-ndjson' }, '\n\n')],
  ['too many lines', header({ 'content-type': 'application/x-ndjson' }, '{}\n'.repeat(501))],
  [
    'a key for a batch',
    header({ 'content-type': 'application/x-ndjson', 'idempotency-key': 'a' }, text),
  ],
];

const elsewhere: readonly (readonly [path: string, ask: Ask])[] = [
  ['/v1/accounts?limit=0', {}],
  ['/v1/accounts?limit=1001', {}],
  ['/v1/accounts?limit=-1', {}],
  ['/v1/accounts?limit=1e2', {}],
  ['/v1/accounts?limit=1&limit=2', {}],
  ['/v1/accounts?order=name', {}],
  ['/v1/accounts?after=nobody', {}],
  ['/v1/accounts/%00', {}],
  ['/v1/accounts/%ff', {}],
  ['/v1/accounts/..%2f..%2fetc%2fpasswd', {}],
  [`/v1/accounts/${'x'.repeat(300)}`, {}],
  ['/v1/accounts/__proto__', {}],
  ['/v1/events?from=0', {}],
  ['/v1/events?from=99999999999999999999', {}],
  ['/v1/events/0', {}],
  ['/v1/events/1.5', {}],
  ['/v1/events/999999999', {}],
  ['/v1/nothing', {}],
  ['/v1/trades', { method: 'GET' }],
  ['/v1/trades', { method: 'PATCH', body: good }],
  ['/v1/tokens', { body: { name: 'x', role: 'root' } }],
  ['/v1/tokens', { body: { name: '../x', role: 'auditor' } }],
  ['/v1/tokens', { body: { name: 'x', role: 'publisher', publisher: '' } }],
  ['/v1/tokens', { body: { name: 'operator', role: 'auditor' } }],
  ['/v1/tokens', { body: { name: 'x', role: 'auditor', token: 'mine' } }],
  ['/v1/tokens/nobody', { method: 'DELETE' }],
];

describe('hostile requests', () => {
  const directory = new TemporaryDirectory();
  const dataDir = directory.in('data');
  let node: HttpNode;
  let schemas: OpenApiSchemas;
  let sequenceBefore = '';

  const report = async (command: string, ...args: readonly string[]) => {
    const { stdout } = await run(command, '--data-dir', dataDir, '--json', ...args);
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  beforeAll(async () => {
    ensureBuilt();
    node = await HttpNode.start(dataDir, '--batch-lines-max', '500');
    await node.batch(smallHouse);
    schemas = new OpenApiSchemas((await node.ask('/v1/openapi.json')).json ?? {});
    const { json } = await node.ask('/v1/status', { as: 'auditor' });
    sequenceBefore = String(json?.['sequence']);
  });
  afterAll(async () => {
    await node.kill();
    directory.remove();
  });

  const expectProblem = async (path: string, ask: Ask): Promise<void> => {
    const as = path.startsWith('/v1/trades') ? 'publisher' : 'operator';
    const { status, headers, text: body, json } = await node.ask(path, { as, ...ask });
    expect([body, status >= 400 && status < 500]).toEqual([body, true]);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(schemas.faultsOf('Problem', json)).toEqual([]);
    expect(json?.['status']).toBe(status);
  };

  it.each(onTrades)('%s', (_, ask) => expectProblem('/v1/trades', ask));

  it.each(elsewhere)('%s %p', (path, ask) => expectProblem(path, ask));

  it.each(['', 'Bearer', 'Bearer x', 'Basic b3BlcmF0b3I6', `Bearer ${'x'.repeat(9000)}`])(
    'a wrong token: %p',
    async (authorization) => {
      const { status, json } = await node.ask('/v1/status', { headers: { authorization } });
      expect(status).toBe(401);
      expect(schemas.faultsOf('Problem', json)).toEqual([]);
    },
  );

  it('change nothing, and the log verifies', async () => {
    await node.stop();
    expect(onTrades.length + elsewhere.length).toBeGreaterThanOrEqual(60);
    const before = await report('replay', '--to', sequenceBefore);
    const after = await report('verify');
    expect(after['ok']).toBe(true);
    expect(Number(after['events'])).toBeGreaterThan(Number(sequenceBefore));
    expect(after['businessRoot']).toBe(before['businessRoot']);
  });
});
