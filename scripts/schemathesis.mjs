// Sends thousands of generated requests to a node of its own and checks every answer against the
// document that the node serves: `npm run test:schemathesis`. Needs schemathesis 4 (PyPI) on the
// PATH, or its path in SCHEMATHESIS. Further arguments go to `schemathesis run`, such as -n 200.
// Exit status: that of schemathesis; 3 when it or the node cannot be started.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'novate-schemathesis-'));
const program = process.env.SCHEMATHESIS ?? 'schemathesis';

// What is well-formed may still be refused: by number (422, 409), or since it names nothing (404).
const settings = `[checks.positive_data_acceptance]
expected-statuses = ["2xx", 401, 403, 404, 409, 422, 429, 503]
`;

if (spawnSync(program, ['--version']).status !== 0) {
  console.error('schemathesis is not installed; pip install schemathesis, or set SCHEMATHESIS');
  process.exit(3);
}
const node = spawn(
  process.execPath,
  [join(root, 'dist/apps/clearing-node/src/main.js'), '--port', '0', '--data-dir', directory],
  { stdio: ['ignore', 'pipe', 'ignore'] },
);
node.once('exit', (code) => process.exit(code === 0 ? 0 : 3));
const [line] = await once(createInterface({ input: node.stdout }), 'line');
const { http, tokenFile } = JSON.parse(line);
const { token } = JSON.parse(readFileSync(tokenFile, 'utf8')).find(
  ({ name }) => name === 'operator',
);
const authorization = `Bearer ${token}`;
await fetch(`${http}/v1/events`, {
  method: 'POST',
  headers: { authorization, 'content-type': 'application/x-ndjson' },
  body: readFileSync(join(root, 'examples/first-hour.jsonl')),
});
writeFileSync(join(directory, 'schemathesis.toml'), settings);
const config = ['--config-file', join(directory, 'schemathesis.toml')];
const target = ['run', `${http}/v1/openapi.json`, '--header', `Authorization: ${authorization}`];
const options = ['--seed', '1', '--continue-on-failure', ...process.argv.slice(2)];
const run = spawn(program, [...config, ...target, ...options], {
  stdio: 'inherit',
  cwd: directory,
});
run.once('exit', (code) => {
  node.removeAllListeners('exit');
  node.once('exit', () => {
    rmSync(directory, { recursive: true });
    process.exit(code ?? 3);
  });
  node.kill('SIGTERM');
});
