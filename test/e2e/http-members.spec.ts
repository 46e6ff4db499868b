import { ensureBuilt, TemporaryDirectory } from './demo-process.js';
import { smallHouse, trade } from './http-house.js';
import { HttpNode } from './http-node.js';

/** Names that the member M01 must never be shown. */
const FOREIGN = ['alice', 'bob', 'M02'];

describe('what a member sees', () => {
  const directory = new TemporaryDirectory();
  let node: HttpNode;

  beforeAll(async () => {
    ensureBuilt();
    node = await HttpNode.start(directory.in('data'));
  });
  afterAll(async () => {
    await node.kill();
    directory.remove();
  });

  const seen = async (path: string) => (await node.ask(path, { as: 'member' })).json ?? {};

  it('is nothing before it is admitted, accounts without a member included', async () => {
    await node.batch(smallHouse.slice(0, 6));
    await node.batch([{ ...smallHouse[8] }, { ...smallHouse[9] }]);
    expect((await seen('/v1/accounts'))['accounts']).toEqual([]);
    expect((await seen('/v1/margin'))['accounts']).toEqual([]);
    expect((await node.ask('/v1/accounts/alice', { as: 'member' })).status).toBe(404);
    expect((await seen('/v1/members'))['members']).toEqual([]);
    await node.batch(smallHouse);
    const between = { buyer: 'M01-house', seller: 'M02-house' };
    const trades = [
      trade(1, between),
      trade(2, { buyer: 'M02-house', seller: 'M01-cli', aggressor: 'buyer' }),
      trade(3),
      trade(4, { ...between, quantityLots: '0' }),
    ];
    const answers = await node.batch(trades, 'publisher');
    expect(answers.map(({ status }) => status)).toEqual([
      'accepted',
      'accepted',
      'accepted',
      'rejected',
    ]);
    const withdrawal = { currency: 'USD', amountMinor: '1', type: 'WithdrawalRequested' };
    await node.batch([
      { ...withdrawal, account: 'bob', messageId: 'w1' },
      { ...withdrawal, account: 'M01-house', messageId: 'w2' },
    ]);
  });

  it('is its own accounts in lists, however they are paged', async () => {
    const own = ['M01-house', 'M01-cli'];
    for (const path of ['/v1/accounts', '/v1/margin']) {
      const all = (await seen(path))['accounts'] as { account: string }[];
      expect(all.map(({ account }) => account)).toEqual(own);
      const first = await seen(`${path}?limit=1`);
      expect(first['next']).toBe('M01-house');
      const second = (await seen(`${path}?limit=1&after=M01-house`))['accounts'];
      expect(second).toMatchObject([{ account: 'M01-cli' }]);
    }
    const sagas = await seen('/v1/sagas');
    expect(sagas['withdrawals']).toMatchObject([{ account: 'M01-house' }]);
    expect((await seen('/v1/members'))['members']).toMatchObject([{ member: 'M01' }]);
  });

  it.each(['', '/positions', '/balances', '/margin'])(
    'is the same for somebody else’s account as for none: /v1/accounts/…%s',
    async (part) => {
      const foreign = await node.ask(`/v1/accounts/M02-house${part}`, { as: 'member' });
      const none = await node.ask(`/v1/accounts/nobody${part}`, { as: 'member' });
      expect(foreign.status).toBe(404);
      const without = (json: object | undefined) => ({ ...json, requestId: '' });
      expect(without(foreign.json)).toEqual(without(none.json));
      const own = await node.ask(`/v1/accounts/M01-house${part}`, { as: 'member' });
      expect(own.status).toBe(200);
    },
  );

  it('is the same for a page after somebody else’s account as after none', async () => {
    const foreign = await node.ask('/v1/accounts?after=M02-house', { as: 'member' });
    const none = await node.ask('/v1/accounts?after=nobody-at', { as: 'member' });
    expect([foreign.status, none.status]).toEqual([422, 422]);
    expect(foreign.json?.['rule']).toBe(none.json?.['rule']);
  });

  it('is of the log what is its own or nobody’s, without the other side', async () => {
    const { text, json } = await node.ask('/v1/events?limit=1000', { as: 'member' });
    for (const name of FOREIGN) expect(text).not.toContain(name);
    const events = json?.['events'] as Record<string, unknown>[];
    const novated = events.filter(({ type }) => type === 'TradeNovated');
    expect(novated).toHaveLength(2);
    expect(novated[0]).toMatchObject({ buyer: 'M01-house', buyerFeeMinor: '200' });
    expect(novated[0]).not.toHaveProperty('seller');
    expect(novated[0]).not.toHaveProperty('sellerFeeMinor');
    expect(novated[1]).not.toHaveProperty('buyer');
    expect(novated[1]).not.toHaveProperty('buyerFeeMinor');
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['PriceObserved', 'RulebookPublished', 'TradeRejected']),
    );
    const auditor = await node.ask('/v1/events?limit=1000', { as: 'auditor' });
    expect((auditor.json?.['events'] as object[]).length).toBeGreaterThan(events.length);
  });

  it('is one by one what it is in the list', async () => {
    const head = Number((await seen('/v1/status'))['sequence']);
    const { json } = await node.ask('/v1/events?limit=1000', { as: 'member' });
    const listed = new Map(
      (json?.['events'] as { sequence: string }[]).map((event) => [event.sequence, event]),
    );
    for (let sequence = 1; sequence <= head; sequence++) {
      const one = await node.ask(`/v1/events/${String(sequence)}`, { as: 'member' });
      const expected = listed.get(String(sequence));
      expect(one.status).toBe(expected === undefined ? 404 : 200);
      if (expected !== undefined) expect(one.json?.['event']).toEqual(expected);
    }
  });

  it('goes on where a page ended, also as JSON Lines', async () => {
    const whole = (await seen('/v1/events?limit=1000'))['events'];
    const pages: unknown[] = [];
    const headers = { accept: 'application/x-ndjson' };
    let from = '1';
    for (;;) {
      const path = `/v1/events?limit=3&from=${from}`;
      const page = await node.ask(path, { as: 'member', headers });
      const lines = page.text.split('\n').filter((line) => line !== '');
      const next = page.headers.get('novate-next') ?? '';
      pages.push(...lines.map((line) => JSON.parse(line) as unknown));
      if (next === from || lines.length === 0) break;
      from = next;
    }
    expect(pages).toEqual(whole);
  });
});
