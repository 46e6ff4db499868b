// A venue's matching engine over HTTP, with the typed client: makes a small market, reports trades as
// they are matched, sends one again as if its answer had been lost, and shows what stands then.
//
//   npm start -- --data-dir /tmp/novate-example
//   node examples/http-publisher.mjs http://127.0.0.1:7070 /tmp/novate-example/tokens.json
import { readFileSync } from 'node:fs';
import { HttpClient, ProblemError } from '#libs/sdk';

const [url = 'http://127.0.0.1:7070', tokenFile = '.novate/data/tokens.json'] =
  process.argv.slice(2);
const tokens = JSON.parse(readFileSync(tokenFile, 'utf8'));
const clientOf = (name) =>
  new HttpClient({ url, token: tokens.find((one) => one.name === name).token });
const operator = clientOf('operator');
const publisher = clientOf('publisher');

// Lines of a batch may name what earlier lines create. Sent again they change nothing.
const house = [
  { type: 'CurrencyListed', name: 'USD', minorDigits: 4 },
  { type: 'PoolOpened', name: 'exchange', baseCurrency: 'USD', ladder: 'exchange' },
  { type: 'VenueConnected', name: 'XNOV', acceptance: 'open-offer' },
  { type: 'AccountOpened', name: 'alice', accountKind: 'direct', pool: 'exchange' },
  { type: 'AccountOpened', name: 'bob', accountKind: 'direct', pool: 'exchange' },
  ...JSON.parse(readFileSync(new URL('http-market.json', import.meta.url), 'utf8')),
  { type: 'CollateralDeposited', account: 'alice', currency: 'USD', amountMinor: '90000000' },
  { type: 'CollateralDeposited', account: 'bob', currency: 'USD', amountMinor: '90000000' },
].map((input, k) => ({ messageId: `example-${String(k).padStart(4, '0')}`, ...input }));
const made = await operator.sendBatch(house);
console.log(
  `market: ${made.filter(({ status }) => status === 'accepted').length} of ${made.length}`,
);

await publisher.send({
  type: 'PriceObserved',
  messageId: 'example-price',
  instrument: 'BTC-PERP',
  priceTicks: '400000',
});

const trade = (number, quantityLots) => ({
  type: 'TradeReported',
  messageId: `example-trade-${String(number).padStart(6, '0')}`,
  venue: 'XNOV',
  instrument: 'BTC-PERP',
  buyer: number % 3 === 0 ? 'bob' : 'alice',
  seller: number % 3 === 0 ? 'alice' : 'bob',
  tradeDate: '2026-11-25',
  priceTicks: '400000',
  quantityLots: String(quantityLots),
  executedAt: '2026-11-25T12:00:00Z',
  matchId: String(number),
  tradeId: String(number),
  tradeType: 'regular',
  aggressor: 'buyer',
});
for (let number = 1; number <= 30; number++) await publisher.send(trade(number, number));
const first = await publisher.send(trade(30, 30));
console.log(
  `trade 30 stands at ${first.sequence}, ${first.legs.map(({ uti }) => uti).join(' and ')}`,
);

try {
  await publisher.send(trade(31, 0));
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  const { status, reason, field, value, remedy } = error.problem;
  console.log(`refused with ${status}: reason ${reason}, ${field} is ${value}. ${remedy}`);
}
const { sequence, positions } = await operator.get('/v1/accounts/alice/positions');
console.log(
  `alice at ${sequence}: ${positions[0].positionLots} lots of ${positions[0].instrument}`,
);
