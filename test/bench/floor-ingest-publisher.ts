/**
 * The publisher's process of the bare ingest loop: `SOCKET RECORDS`. It writes records as fast as
 * the socket takes them and reports the seconds from the first byte to the last acknowledgement.
 */
import net from 'node:net';
import { getInt64, putInt64 } from '#libs/units';
import { ACCOUNTS, ACK_BYTES, INSTRUMENTS, RECORD } from './floor-ingest-wire.js';
import { Xorshift32 } from './measure.js';

const BATCH_RECORDS = 2048;
const [socketPath = '', total = '0'] = process.argv.slice(2);
const records = Number(total);
const random = new Xorshift32(99);
const socket = net.connect(socketPath);
let sent = 0;
let acknowledged = 0;
let startedMs = 0;
let partial = Buffer.alloc(0);

function batch(): Buffer {
  const count = Math.min(BATCH_RECORDS, records - sent);
  const buffer = Buffer.alloc(count * RECORD.bytes);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  for (let at = 0; at < buffer.length; at += RECORD.bytes) {
    const buyer = random.below(ACCOUNTS);
    view.setUint32(at + RECORD.instrument, random.below(INSTRUMENTS), true);
    view.setUint32(at + RECORD.buyer, buyer, true);
    view.setUint32(at + RECORD.seller, (buyer + 1 + random.below(ACCOUNTS - 1)) % ACCOUNTS, true);
    putInt64(view, at + RECORD.sequence, (sent += 1));
    putInt64(view, at + RECORD.priceTicks, 30_000 + random.below(1_000));
    putInt64(view, at + RECORD.lots, 1 + random.below(10));
  }
  return buffer;
}

function publish(): void {
  while (sent < records && socket.write(batch()));
}

socket.on('connect', () => {
  startedMs = performance.now();
  publish();
});
socket.on('drain', publish);
socket.on('data', (chunk: Buffer) => {
  const bytes = Buffer.concat([partial, chunk]);
  const whole = bytes.length - (bytes.length % ACK_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < whole; at += ACK_BYTES) {
    const durable = getInt64(view, at);
    if (durable <= acknowledged || durable > sent) throw new Error(`acknowledged ${durable}`);
    acknowledged = durable;
  }
  partial = bytes.subarray(whole);
  if (acknowledged < records) return;
  process.send?.({ seconds: (performance.now() - startedMs) / 1000 });
  socket.end();
  process.disconnect();
});
