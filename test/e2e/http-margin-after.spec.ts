import { ensureBuilt, TemporaryDirectory } from './demo-process.js';
import { smallHouse, trade } from './http-house.js';
import { HttpNode } from './http-node.js';

const AFTER = '/v1/accounts/alice/margin/after?instrument=BTC-PERP';

describe('the margin after a trade that was not made', () => {
  const directory = new TemporaryDirectory();
  let node: HttpNode;

  beforeAll(async () => {
    ensureBuilt();
    node = await HttpNode.start(directory.in('data'));
    await node.batch(smallHouse);
  });
  afterAll(async () => {
    await node.kill();
    directory.remove();
  });

  const ask = async (query: string, as = 'operator') =>
    node.ask(`${AFTER}${query}`, { as: as as 'operator' });

  it('is what the trade leads to: requirement, fee, what is left, the largest that fits', async () => {
    // 500 lots are 20,000 USD: 10 % initial, 5 % maintenance, a fee of 0.05 %. Alice has 4,000.
    const { status, json } = await ask('&side=buy&quantityLots=500');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      account: 'alice',
      side: 'buy',
      quantityLots: '500',
      priceTicks: '400000',
      feeMinor: '100000',
      excessMinor: '19900000',
      fits: true,
      // 995 x (4 + 0.02) = 3,999.9.
      largestLots: '995',
      margin: { maintenanceMinor: '10000000', initialMinor: '20000000', equityMinor: '39900000' },
    });
    expect((await ask('&side=sell&quantityLots=996')).json).toMatchObject({
      fits: false,
      excessMinor: '-39200',
      largestLots: '995',
    });
    const root = (await node.ask('/v1/accounts/alice', { as: 'operator' })).json;
    expect(root).toMatchObject({ positions: [], balances: [{ balanceMinor: '40000000' }] });
    await node.batch([trade(1, { quantityLots: '500', aggressor: 'buyer' })], 'publisher');
    const made = (await node.ask('/v1/accounts/alice/margin', { as: 'operator' })).json?.['margin'];
    expect(made).toMatchObject({ equityMinor: '39900000', initialMinor: '20000000' });
    // From 500 long the way to the other side is longer: 500 to close, then as many as fit.
    const { json: other } = await ask('&side=sell');
    expect(Number(other?.['largestLots'])).toBeGreaterThan(1_400);
  });

  it.each([
    ['no instrument', '/v1/accounts/alice/margin/after?side=buy', 400],
    ['an unknown one', '/v1/accounts/alice/margin/after?instrument=ETH-PERP&side=buy', 422],
    ['no side', AFTER, 400],
    ['another side', `${AFTER}&side=long`, 400],
    ['no lots', `${AFTER}&side=buy&quantityLots=0`, 400],
    ['lots that are no number', `${AFTER}&side=buy&quantityLots=1e3`, 400],
    ['more than the position limit', `${AFTER}&side=buy&quantityLots=1000001`, 422],
    ['a price beyond the largest', `${AFTER}&side=buy&priceTicks=100000001`, 422],
    ['a parameter that is none', `${AFTER}&side=buy&lots=1`, 400],
    [
      'an account that is none',
      '/v1/accounts/carol/margin/after?instrument=BTC-PERP&side=buy',
      404,
    ],
  ])('is refused with %s', async (_name, path, status) => {
    expect((await node.ask(path, { as: 'operator' })).status).toBe(status);
  });

  it('is nobody else’s: a member is told of its own accounts only', async () => {
    expect((await ask('&side=buy', 'member')).status).toBe(404);
    const own = '/v1/accounts/M01-house/margin/after?instrument=BTC-PERP&side=buy';
    expect((await node.ask(own, { as: 'member' })).status).toBe(200);
  });
});
