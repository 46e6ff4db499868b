import { ensureBuilt, TemporaryDirectory } from './demo-process.js';
import { smallHouse, trade } from './http-house.js';
import { HttpNode } from './http-node.js';

/** The exchange pool's rulebook of the small house, now with deleveraging. */
function deleveraging(): object {
  const first = smallHouse.find(
    (input) => (input as { type: string }).type === 'RulebookPublished',
  );
  return {
    ...first,
    messageId: 'rulebook-0002',
    rulebookVersion: 2,
    executionTerms: [{ deleverages: 1 }],
  };
}

describe('auto-deleveraging over HTTP', () => {
  const directory = new TemporaryDirectory();
  let node: HttpNode;

  beforeAll(async () => {
    ensureBuilt();
    node = await HttpNode.start(directory.in('data'));
    await node.batch([...smallHouse, deleveraging()]);
    await node.batch([trade(1, { quantityLots: '990' })], 'publisher');
  });
  afterAll(async () => {
    await node.kill();
    directory.remove();
  });

  const queueOf = async (account: string, as: 'operator' | 'member' = 'operator') =>
    node.ask(`/v1/accounts/${account}/deleveraging`, { as });
  const price = async (number: number, priceTicks: string) =>
    node.batch([
      {
        type: 'PriceObserved',
        messageId: `price-${String(number)}`,
        instrument: 'BTC-PERP',
        priceTicks,
      },
    ]);

  it('shows where a position stands in the queue', async () => {
    const { status, json } = await queueOf('bob');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      account: 'bob',
      positions: [
        {
          instrument: 'BTC-PERP',
          side: 'short',
          quantityLots: '990',
          place: 1,
          holders: 1,
          aheadLots: '0',
          sideLots: '990',
          percentile: 100,
        },
      ],
    });
    expect((await queueOf('M01-house')).json).toMatchObject({ positions: [] });
  });

  it('tells a member of its own accounts only', async () => {
    expect((await queueOf('bob', 'member')).status).toBe(404);
    expect((await queueOf('M01-house', 'member')).status).toBe(200);
    expect((await queueOf('nobody')).status).toBe(404);
  });

  it('takes the fund first and then the other side, at the bankruptcy price', async () => {
    // At 34,500 alice lacks 1,464.80: the fund pays its 1,000, bob gives up the rest.
    await price(1, '345000');
    for (const account of ['alice', 'bob']) {
      const { json } = await node.ask(`/v1/accounts/${account}/positions`, { as: 'operator' });
      const positions = json?.['positions'] as { positionLots?: string }[];
      expect(positions.every(({ positionLots }) => positionLots === '0')).toBe(true);
    }
    const alice = await node.ask('/v1/accounts/alice/margin', { as: 'operator' });
    expect(alice.json).toMatchObject({ state: 'healthy', margin: { equityMinor: '0' } });
    expect((await queueOf('bob')).json).toMatchObject({ positions: [] });
  });
});
