import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Role } from '#libs/access';

const program = join(process.cwd(), 'dist/apps/clearing-node/src/main.js');

/** The line that a node prints when it is ready. */
export interface ReadyLine {
  readonly http: string;
  readonly stream: string;
  readonly binary: string;
  readonly tokenFile: string;
  readonly log: string;
  /** Whether the core was allowed to come first on the machine's processors. */
  readonly comesFirst: boolean;
}

/** An answer with its body read. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined when the body is no JSON. */
  readonly json: Record<string, unknown> | undefined;
}

export interface Ask {
  readonly method?: string;
  readonly body?: string | Uint8Array | object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose token; none when absent. */
  readonly as?: Role;
}

/** A clearing node as a process, with its tokens. */
export class HttpNode {
  stderr = '';
  readonly ended: Promise<number | null>;
  private tokens: readonly { name: string; token: string }[] = [];
  private line: ReadyLine | undefined;

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  }

  /** Starts it and waits for its ready line; free ports unless `args` say otherwise. */
  static async start(dataDir: string, ...args: readonly string[]): Promise<HttpNode> {
    return HttpNode.startUnder([], dataDir, ...args);
  }

  /** Starts it as the command that `tracer` runs, such as strace with its options. */
  static async startUnder(
    tracer: readonly string[],
    dataDir: string,
    ...args: readonly string[]
  ): Promise<HttpNode> {
    const words = [...tracer, process.execPath, program];
    const flags = ['--data-dir', dataDir, '--port', '0', ...args];
    const node = HttpNode.spawned([...words, ...flags]);
    node.line = await Promise.race([
      node.firstLine(),
      node.ended.then((code) => {
        throw new Error(`the node ended with ${String(code)}: ${node.stderr}`);
      }),
    ]);
    node.tokens = JSON.parse(readFileSync(node.ready.tokenFile, 'utf8')) as typeof node.tokens;
    return node;
  }

  /** Starts it and does not wait. */
  static launch(...args: readonly string[]): HttpNode {
    return HttpNode.spawned([process.execPath, program, ...args]);
  }

  private static spawned([command = '', ...args]: readonly string[]): HttpNode {
    return new HttpNode(spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get ready(): ReadyLine {
    if (this.line === undefined) throw new Error('the node is not ready');
    return this.line;
  }

  token(name: string): string {
    return this.tokens.find((one) => one.name === name)?.token ?? '';
  }

  async ask(path: string, { method, body, headers, as }: Ask = {}): Promise<Reply> {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(new URL(path, this.ready.http), {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(as === undefined ? {} : { authorization: `Bearer ${this.token(as)}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: jsonOf(text) };
  }

  /** Sends a batch as the operator; answers its lines. */
  async batch(lines: readonly object[], as: Role = 'operator'): Promise<Record<string, unknown>[]> {
    const body = lines.map((line) => JSON.stringify(line)).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const { text } = await this.ask('/v1/events', { body, headers, as });
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Stops it in order; answers its exit code. */
  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.ended;
  }

  /** As a crash would. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private async firstLine(): Promise<ReadyLine> {
    const output = this.child.stdout;
    if (output === null) throw new Error('the node has no output');
    for await (const line of createInterface({ input: output })) {
      return JSON.parse(line) as ReadyLine;
    }
    return new Promise(() => undefined); // it ended: the exit says why
  }
}

function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
