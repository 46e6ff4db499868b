#!/usr/bin/env node
// Publishes trades over the binary stream with the publisher's session of libs/sdk:
//
//   node examples/publish-trades.mjs ADDRESS TOKEN [PUBLISHER] [TRADES]
//
// Kill the node, or this program, in the middle and start it again: each trade is in the log once.
// The world it trades in (venue 1, instrument 1, accounts 1 to 20) must be there.
import { Publisher, tradeReported } from '#libs/sdk';

const [address = '127.0.0.1:7071', token = '', publisherName = 'publisher', trades = '1000'] =
  process.argv.slice(2);
const counts = new Map();

const publisher = await Publisher.connect({
  address,
  token,
  publisher: publisherName,
  // The outcome of each trade, once, when it is durable: 0 accepted, else why it was refused.
  onAck: ({ reason }) => counts.set(reason, (counts.get(reason) ?? 0) + 1),
  onReconnect: ({ text }) => console.error(`connecting again: ${text}`),
  onFailed: ({ message }) => console.error(`refused: ${message}`),
});

// The session knows its last number, also that of an earlier run: a trade is made from its number.
while (publisher.lastNumber < Number(trades)) {
  const number = publisher.lastNumber + 1;
  await publisher.publish(
    tradeReported({
      venue: 1,
      instrument: 1,
      buyer: 1 + (number % 20),
      seller: 1 + ((number + 1) % 20),
      priceTicks: 400_000,
      quantityLots: 1 + (number % 5),
      executedAt: Date.now() * 1000,
      tradeId: number,
    }),
  );
}
await publisher.close();
for (const [reason, count] of counts) {
  console.log(`${count} ${reason === 0 ? 'accepted' : `refused with ${reason}`}`);
}
