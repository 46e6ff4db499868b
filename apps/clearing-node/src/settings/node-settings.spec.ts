import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from './node-settings.js';
import { settingsHelp } from './settings-help.js';
import { settingsTable } from './settings-table.js';

describe('settings', () => {
  const directory = mkdtempSync(join(tmpdir(), 'novate-settings-'));
  const file = join(directory, 'node.json');
  afterAll(() => rmSync(directory, { recursive: true }));

  it('have secure defaults', () => {
    expect(readSettings([], {})).toMatchObject({
      host: '127.0.0.1',
      port: 7070,
      listen: 7071,
      dataDir: '.novate/data',
      tokenFile: '.novate/data/tokens.json',
      acceptTimeJump: false,
    });
  });

  it('come from flags before environment before file before defaults', () => {
    const settings = { 'drain-ms': 1, 'ready-lag-ms': 1, 'batch-lines-max': 1 };
    writeFileSync(file, JSON.stringify({ $schema: 'x', ...settings }));
    const environment = { NOVATE_DRAIN_MS: '2', NOVATE_READY_LAG_MS: '2' };
    const read = readSettings(['--config', file, '--drain-ms', '3'], environment);
    expect(read).toMatchObject({ drainMs: 3, readyLagMs: 2, batchLinesMax: 1, port: 7070 });
    expect(readSettings([], { NOVATE_CONFIG: file }).batchLinesMax).toBe(1);
  });

  it('take free ports for all with port 0, unless the stream has its own', () => {
    expect(readSettings(['--port', '0'], {})).toMatchObject({ port: 0, listen: 0 });
    const own = readSettings(['--port', '0', '--listen', '/run/p.sock'], {});
    expect(own).toMatchObject({ port: 0, listen: '/run/p.sock' });
    expect(readSettings(['--port', 'none'], {}).port).toBeUndefined();
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('serve on %s at once', (host) => {
    expect(readSettings(['--host', host], {}).host).toBe(host);
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example', 'example.org'])(
    'serve on %s only when that is asked for',
    (host) => {
      expect(() => readSettings(['--host', host], {})).toThrow('must be loopback');
      expect(readSettings(['--host', host, '--allow-remote'], {}).host).toBe(host);
    },
  );

  it.each([
    [{ NOVATE_PORT: '' }, 'NOVATE_PORT is empty; it must be'],
    [{ NOVATE_PORT: '-1' }, 'NOVATE_PORT is -1; it must be'],
    [{ NOVATE_ALLOW_REMOTE: 'maybe' }, 'NOVATE_ALLOW_REMOTE is maybe; it must be yes or no'],
    [{ NOVATE_LISTEN: '65536' }, 'NOVATE_LISTEN is 65536; it must be'],
  ])('refuse %p with its name, value and rule', (environment, sentence) => {
    expect(() => readSettings([], environment)).toThrow(sentence);
  });

  it('are all in the help', () => {
    for (const name of Object.keys(settingsTable)) expect(settingsHelp()).toContain(`--${name}`);
  });
});
