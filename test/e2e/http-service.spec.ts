import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { Socket } from 'node:net';
import { ensureBuilt, TemporaryDirectory } from './demo-process.js';
import { smallHouse, trade } from './http-house.js';
import { HttpNode } from './http-node.js';

describe('the node as a service', () => {
  const directory = new TemporaryDirectory();
  let node: HttpNode;

  beforeAll(async () => {
    ensureBuilt();
    node = await HttpNode.start(directory.in('data'));
  });
  afterAll(async () => {
    await node.kill();
    directory.remove();
  });

  it('prints where it is reached, with the ports it took', async () => {
    const { http, stream, binary, tokenFile, log } = node.ready;
    expect(http).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(stream).toBe(`${http.replace('http', 'ws')}/v1/stream`);
    expect(log).toBe(`file:${directory.in('data')}`);
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    const [host = '', port = ''] = binary.split(':');
    await new Promise<void>((resolve, reject) => {
      const socket = new Socket().once('error', reject).connect(Number(port), host, () => {
        socket.destroy();
        resolve();
      });
    });
  });

  it('names the Unix socket that it bound', async () => {
    const path = directory.in('publishers.sock');
    const other = await HttpNode.start(directory.in('unix'), '--listen', path);
    expect(other.ready.binary).toBe(path);
    expect(await other.stop()).toBe(0);
  });

  it('tells health, readiness and figures to anyone, and nothing of an account', async () => {
    await node.batch(smallHouse);
    await node.ask('/v1/trades', { body: trade(1), as: 'publisher' });
    await node.ask('/v1/trades', { body: trade(2, { seller: 'alice' }), as: 'publisher' });
    expect((await node.ask('/health')).json).toEqual({ status: 'ok' });
    expect((await node.ask('/ready')).json).toMatchObject({ status: 'ready' });
    const { text } = await node.ask('/metrics');
    expect(text).toMatch(/^novate_http_inputs_total\{outcome="accepted"\} 23$/m);
    expect(text).toMatch(/^novate_http_inputs_total\{outcome="rejected"\} 1$/m);
    expect(text).toMatch(/^novate_http_requests_total\{.*route="\/v1\/trades",status="422"\} 1$/m);
    expect(text).toMatch(/^novate_model_lag_events 0$/m);
    for (const metric of ['model_sequence', 'durable_sequence', 'frames_total', 'resident_bytes']) {
      expect(text).toMatch(new RegExp(`^novate_${metric} [1-9]`, 'm'));
    }
    expect(text).not.toContain('alice');
  });

  it('sends headers that keep answers from other sites, and lets none read them', async () => {
    const { headers } = await node.ask('/v1/status', {
      as: 'auditor',
      headers: { origin: 'https://elsewhere.example' },
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('ratelimit-limit')).toBe('10000');
  });

  it('logs each request as JSON, and never a token', async () => {
    const { headers } = await node.ask('/v1/status', { as: 'auditor' });
    const requestId = headers.get('x-request-id');
    for (let k = 0; k < 100 && !node.stderr.includes(`"${String(requestId)}"`); k++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const lines = node.stderr.trim().split('\n');
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logged.find((line) => line['requestId'] === requestId)).toMatchObject({
      level: 'info',
      method: 'GET',
      route: '/v1/status',
      status: 200,
      grant: 'auditor',
    });
    for (const role of ['operator', 'publisher', 'auditor'] as const) {
      expect(node.stderr).not.toContain(node.token(role));
    }
  });

  it('tells a token that asks too often to wait, and others nothing', async () => {
    const other = await HttpNode.start(directory.in('limit'), '--requests-per-second', '5');
    const replies = await Promise.all(
      Array.from({ length: 12 }, () => other.ask('/v1/status', { as: 'auditor' })),
    );
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect((await other.ask('/v1/status', { as: 'operator' })).status).toBe(200);
    expect(await other.stop()).toBe(0);
  });

  it('is not ready while a time jump is pending, and says so to writers', async () => {
    const data = directory.in('jump');
    const first = await HttpNode.start(data, '--time-step-max-s', '1');
    await first.batch(smallHouse);
    await first.kill();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const second = await HttpNode.start(data, '--time-step-max-s', '1');
    for (let k = 0; k < 100 && (await second.ask('/ready')).status === 200; k++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const ready = await second.ask('/ready');
    expect([ready.status, ready.json?.['reason']]).toEqual([
      503,
      expect.stringContaining('risk is suspended'),
    ]);
    const held = await second.ask('/v1/trades', { body: trade(1), as: 'publisher' });
    expect(held.status).toBe(503);
    expect(held.headers.get('retry-after')).not.toBeNull();
    expect((await second.ask('/v1/accounts/alice', { as: 'auditor' })).status).toBe(200);
    const resumeAt = new Date().toISOString();
    const jump = { messageId: 'jump', resumeAt };
    const accepted = await second.ask('/v1/time-jumps', { body: jump, as: 'operator' });
    expect(accepted.status).toBe(200);
    for (let k = 0; k < 100 && (await second.ask('/ready')).status !== 200; k++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await second.ask('/ready')).status).toBe(200);
    expect((await second.ask('/v1/trades', { body: trade(1), as: 'publisher' })).status).toBe(200);
    expect(await second.stop()).toBe(0);
  });

  it('answers what it was asked before it stops, and takes nothing new', async () => {
    const other = await HttpNode.start(directory.in('drain'));
    await other.batch(smallHouse);
    const url = new URL('/v1/trades', other.ready.http);
    const body = JSON.stringify(trade(1));
    const headers = {
      authorization: `Bearer ${other.token('publisher')}`,
      'content-type': 'application/json',
      'content-length': body.length,
    };
    const answer = new Promise<[number | undefined, string | undefined]>((resolve, reject) => {
      const open = request(url, { method: 'POST', headers }, (response) => {
        response.resume();
        response.once('end', () => resolve([response.statusCode, response.headers['retry-after']]));
      }).once('error', reject);
      open.write(body.slice(0, 10));
      setTimeout(() => open.end(body.slice(10)), 400);
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stopped = other.stop();
    expect(await answer).toEqual([503, '1']);
    expect(await stopped).toBe(0);
  });
});

describe('settings of the node', () => {
  const directory = new TemporaryDirectory();
  afterAll(() => directory.remove());

  const ended = async (...args: readonly string[]): Promise<[number | null, string]> => {
    const node = HttpNode.launch(...args);
    return [await node.ended, node.stderr];
  };
  const file = (name: string, text: string): string => {
    mkdirSync(directory.path, { recursive: true });
    writeFileSync(directory.in(name), text);
    return directory.in(name);
  };

  it.each<[readonly string[], string]>([
    [['--port', 'x'], '--port is x; it must be a whole number from 0 to 65535 or none'],
    [['--port', '65536'], '--port is 65536; it must be'],
    [['--listen', '70000'], '--listen is 70000; it must be a port from 0 to 65535'],
    [['--host', '0.0.0.0'], 'host is 0.0.0.0, an address other than loopback; it must be'],
    [['--time', 'later'], '--time is later; it must be one of machine, input'],
    [['--time-step-max-s', '0'], '--time-step-max-s is 0; it must be'],
    [['--uti-prefix', 'abc'], '--uti-prefix is abc; it must be 20 capital letters'],
    [['--nonsense'], "Unknown option '--nonsense'; --help names the settings"],
    [['--config', '/nowhere.json'], 'config is /nowhere.json; it must be a file that can be read'],
  ])('%p ends with 2 and a sentence', async (args, sentence) => {
    const [code, stderr] = await ended('--data-dir', directory.in('bad'), ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`novate: ${sentence}`)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    ['{', 'it must be JSON'],
    ['[]', 'it must be an object of settings'],
    ['{"prot": 1}', 'prot in FILE is no setting'],
    ['{"port": "x"}', 'port in FILE is "x"; it must be'],
    ['{"log-level": "loud"}', 'log-level in FILE is "loud"; it must be equal to one of'],
  ])('a file %p ends with 2 and a sentence', async (text, sentence) => {
    const path = file('bad.json', text);
    const [code, stderr] = await ended('--config', path);
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence.replace('FILE', path))]);
  });

  it('come from flags before the file', async () => {
    const data = directory.in('file-data');
    const path = file('good.json', JSON.stringify({ 'data-dir': data, 'requests-per-second': 77 }));
    const node = await HttpNode.start(data, '--config', path, '--log-level', 'silent');
    const { headers } = await node.ask('/v1/status', { as: 'auditor' });
    expect(headers.get('ratelimit-limit')).toBe('77');
    expect(await node.stop()).toBe(0);
    expect(node.stderr).toBe('');
  });

  it('ends with 3 when the port is taken or the log is in use', async () => {
    const data = directory.in('held');
    const node = await HttpNode.start(data);
    const [code, stderr] = await ended('--data-dir', data, '--port', '0');
    expect([code, stderr]).toEqual([3, expect.stringContaining('is in use by')]);
    const { port } = new URL(node.ready.http);
    const own = ['--data-dir', directory.in('other'), '--port', port, '--listen', '0'];
    const [second, reason] = await ended(...own);
    expect([second, reason]).toEqual([3, expect.stringContaining('EADDRINUSE')]);
    await node.stop();
    expect(readFileSync(node.ready.tokenFile, 'utf8')).toContain('operator');
  });
});
