// Follows the liquidations of a node: node examples/follow-liquidations.mjs [URL] [TOKEN FILE] [FROM]
// The address and the token file stand in the line that `npm start` prints. Stop it with Ctrl-C, let
// the node stop and start: it goes on where it was.
import { readFileSync } from 'node:fs';
import { StreamClient } from '../dist/libs/sdk/src/index.js';

const [url = 'http://127.0.0.1:7070', file = '.novate/data/tokens.json', from = '1'] =
  process.argv.slice(2);
const { token } = JSON.parse(readFileSync(file, 'utf8')).find(({ role }) => role === 'auditor');

const client = new StreamClient({
  url,
  token,
  onState: (state, reason) => console.error(`${state} ${reason}`.trim()),
});
client.subscribe(
  { channel: 'liquidations', from },
  {
    onEvent: ({ sequence, time, type, account, ...rest }) => {
      const { side, quantityLots, instrument, filledLots, shortfallMinor } = rest;
      const detail = [side, quantityLots ?? filledLots ?? shortfallMinor, instrument];
      console.log([sequence, time, type, account ?? '', ...detail].filter(Boolean).join(' '));
    },
    onGap: ({ from, to, reason }) => console.error(`gap ${from}..${to}: ${reason}`),
    onRefused: ({ code, remedy }) => console.error(`refused: ${code}. ${remedy}`),
  },
);
process.once('SIGINT', () => client.close());
