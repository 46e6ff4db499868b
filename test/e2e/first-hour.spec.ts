import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { settingsSchemaText } from '../../apps/clearing-node/src/settings/settings-schema.js';
import { withRolesTable } from '../../apps/clearing-node/src/operations/roles-markdown.js';
import { ensureBuilt, TemporaryDirectory } from './demo-process.js';
import { HttpNode } from './http-node.js';

const page = readFileSync('docs/api.md', 'utf8');

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address === null || typeof address === 'string' ? 0 : address.port;
      server.close(() => resolve(port));
    });
  });
}

/** Runs a shell script; ends what it left running in the background. */
function shell(script: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn('bash', ['-c', script], { detached: true });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('exit', () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      } catch {
        // Nothing was left in the background.
      }
    });
    child.once('close', () => resolve(output));
  });
}

describe('docs/api.md', () => {
  const directory = new TemporaryDirectory();
  beforeAll(() => ensureBuilt());
  afterAll(() => directory.remove());

  it('has the roles of every operation (regenerate it with: npm run docs)', () => {
    expect(withRolesTable(page)).toBe(page);
    expect(readFileSync('docs/settings.schema.json', 'utf8')).toBe(settingsSchemaText());
  });

  it('goes with an example of a publisher that runs, and again', async () => {
    const node = await HttpNode.start(directory.in('example'));
    const { http, tokenFile } = node.ready;
    const command = `node examples/http-publisher.mjs ${http} ${tokenFile}`;
    const output = await shell(command);
    expect(output).toContain('market: 9 of 9\ntrade 30 stands at ');
    expect(output).toContain('refused with 422: reason 110, quantityLots is 0.');
    expect(output).toMatch(/alice at \d+: 135 lots of BTC-PERP\n$/);
    expect(await shell(command)).toBe(output);
    await node.stop();
  });

  it('has a first hour whose commands run, from an empty log to a liquidation', async () => {
    const [, section = ''] = page.split('## The first hour');
    const [hour = ''] = section.split('\n## ');
    const commands = [...hour.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
    const port = String(await freePort());
    const script = commands
      .join('\n')
      .replaceAll('/tmp/novate-first-hour', directory.in('hour'))
      .replaceAll('127.0.0.1:7070', `127.0.0.1:${port}`)
      .replace('npm start --', `npm start -- --port ${port} --listen 0`);
    const output = await shell(`set -e\n${script}`);
    const told = (text: string) => expect([output, output.includes(text)]).toEqual([output, true]);
    expect(output.match(/"status":"accepted"/g)).toHaveLength(19);
    told('"legs":[{"side":"buy","account":"alice"');
    told('"status":409');
    told('"level":"breach"');
    told('"type":"LiquidationOpened"');
    told('"type":"LiquidationOrderIssued"');
    told('"limitPriceTicks"');
    told('"state":"healthy"');
    told('alice');
    expect(output).toMatch(/\n.*\bok\b.*events/);
  });
});
