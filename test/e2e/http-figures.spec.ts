import { OpenApiSchemas } from '../support/openapi-schemas.js';
import { ensureBuilt, TemporaryDirectory } from './demo-process.js';
import { smallHouse, trade } from './http-house.js';
import { HttpNode } from './http-node.js';

/** Alice 500 lots long against bob; M01 long in its house account, short in its client's. */
const trades = [
  trade(1, { quantityLots: '500', aggressor: 'buyer' }),
  trade(2, { buyer: 'M01-house', seller: 'M02-house', quantityLots: '70' }),
  trade(3, { buyer: 'M02-house', seller: 'M01-cli', quantityLots: '20' }),
];

describe('figures before a breach', () => {
  const directory = new TemporaryDirectory();
  let node: HttpNode;
  let schemas: OpenApiSchemas;

  beforeAll(async () => {
    ensureBuilt();
    node = await HttpNode.start(directory.in('data'));
    await node.batch(smallHouse);
    await node.batch(trades, 'publisher');
    schemas = new OpenApiSchemas((await node.ask('/v1/openapi.json')).json ?? {});
  });
  afterAll(async () => {
    await node.kill();
    directory.remove();
  });

  const ask = async (path: string, as: 'operator' | 'member' = 'operator') => {
    const { status, json } = await node.ask(path, { as });
    return { status, json: json ?? {} };
  };

  it('are exposures of an account, a member and the house, of which the net is nothing', async () => {
    const { json } = await ask('/v1/accounts/alice/exposures');
    expect(schemas.faultsOf('AccountExposures', json)).toEqual([]);
    expect(json).toMatchObject({
      account: 'alice',
      instruments: [{ instrument: 'BTC-PERP', netLots: '500', grossLots: '500' }],
      byExpiry: [{ underlying: 'BTC-PERP', expiresAt: null, net: { deltaMinor: '200000000' } }],
    });
    const member = await ask('/v1/members/M01/exposures');
    expect(schemas.faultsOf('MemberExposures', member.json)).toEqual([]);
    expect(member.json).toMatchObject({
      instruments: [{ netLots: '50', grossLots: '90' }],
      byUnderlying: [{ net: { deltaMinor: '20000000' }, gross: { deltaMinor: '36000000' } }],
    });
    const house = await ask('/v1/exposures');
    expect(schemas.faultsOf('HouseExposures', house.json)).toEqual([]);
    expect(house.json).toMatchObject({ instruments: [{ netLots: '0', grossLots: '1140' }] });
    expect(house.json['sequence']).toBe(json['sequence']);
  });

  it('are the move at which an account breaches, with its price, and the curve', async () => {
    const { status, json } = await ask('/v1/accounts/alice/margin/moves?rangePpm=100000&points=3');
    expect(status).toBe(200);
    expect(schemas.faultsOf('AccountMarginMoves', json)).toEqual([]);
    // 4,000 less a fee of 10; 3,990 + 20,000 x < 1,000 (1 + x): x < -2,990 / 19,000 = -15.737 %.
    expect(json).toMatchObject({
      unit: 'alice',
      nearest: 'down',
      cushionMinor: '29900000',
      down: { shockPpm: -157_400, marks: [{ instrument: 'BTC-PERP', priceTicks: '337040' }] },
      up: null,
      curve: [
        { shockPpm: -100_000, equityMinor: '19900000', maintenanceMinor: '9000000' },
        { shockPpm: 0, equityMinor: '39900000', initialMinor: '20000000' },
        { shockPpm: 100_000, equityMinor: '59900000' },
      ],
    });
    const own = (await ask('/v1/accounts/alice/margin')).json['margin'];
    const { equityMinor, maintenanceMinor, initialMinor } = own as Record<string, string>;
    expect(json['now']).toMatchObject({ equityMinor, maintenanceMinor, initialMinor });
    expect(json['sequence']).toBe((await ask('/v1/status')).json['sequence']);
  });

  it.each([
    ['an even number of points', '/v1/accounts/alice/margin/moves?points=4', 400],
    ['a range beyond the price', '/v1/accounts/alice/margin/moves?rangePpm=1000000', 400],
    ['a parameter that is none', '/v1/accounts/alice/exposures?at=1', 400],
    ['an account that is none', '/v1/accounts/carol/exposures', 404],
    ['a member that is none', '/v1/members/M09/exposures', 404],
  ])('are refused with %s', async (_name, path, expected) => {
    expect((await ask(path)).status).toBe(expected);
  });

  it.each([
    ['/v1/accounts/alice/exposures', 404],
    ['/v1/accounts/alice/margin/moves', 404],
    ['/v1/members/M02/exposures', 404],
    ['/v1/exposures', 403],
    ['/v1/accounts/M01-cli/exposures', 200],
    ['/v1/accounts/M01-cli/margin/moves', 200],
    ['/v1/members/M01/exposures', 200],
  ])('of others are not told to a member: %s is %i', async (path, expected) => {
    expect((await ask(path, 'member')).status).toBe(expected);
  });
});
