import { setTimeout as wait } from 'node:timers/promises';
import { type Accepted, type BatchAnswer, ProblemError, type ProblemBody } from './http-answers.js';
import type { AnswerHead } from './http-answers.js';
import type { InputJson } from './input-json.js';

export interface HttpClientOptions {
  /** As the node's ready line gives it: http://host:port */
  readonly url: string;
  readonly token: string;
  /** How long one call keeps trying, milliseconds. */
  readonly patienceMs?: number;
  /** First pause between two tries; it doubles, up to a second. */
  readonly pauseMs?: number;
}

const PAUSE_MS_MAX = 1_000;
/** Not now: overload, too many requests, stopping, and what a proxy says of a node that is away. */
const TRY_AGAIN: readonly number[] = [429, 502, 503, 504];

interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  readonly accept?: string;
}

/**
 * The HTTP API of a node. A call whose answer got lost is made again: an input carries its
 * `messageId`, under which the node answers the same once more, so that nothing is done twice.
 */
export class HttpClient {
  constructor(private readonly options: HttpClientOptions) {}

  /** Sends one input; resolves when it is durable. @throws ProblemError when it is refused */
  async send(input: InputJson): Promise<Accepted> {
    const call: Call = {
      method: 'POST',
      path: '/v1/events',
      body: JSON.stringify(input),
      type: 'application/json',
    };
    return (await this.call(call)).json() as Promise<Accepted>;
  }

  /**
   * Sends many inputs, answered one by one in their order. Lines that the node did not get to are
   * sent again. @throws ProblemError when the batch as a whole is refused
   */
  async sendBatch(inputs: readonly InputJson[]): Promise<BatchAnswer[]> {
    const answers: BatchAnswer[] = [];
    while (answers.length < inputs.length) {
      const done = answers.length;
      const lines = await this.lines(inputs.slice(done));
      const open = lines.findIndex((line) => line.retry === true);
      const settled = open < 0 ? lines : lines.slice(0, open);
      answers.push(...settled.map((line) => ({ ...line, line: done + line.line })));
      if (open >= 0) await wait(this.options.pauseMs ?? 50);
    }
    return answers;
  }

  /** Asks for something under /v1. @throws ProblemError */
  async get<Answer extends object = object>(path: string): Promise<AnswerHead & Answer> {
    const response = await this.call({ method: 'GET', path });
    return (await response.json()) as AnswerHead & Answer;
  }

  /** Makes a token. @throws ProblemError */
  async createToken(grant: {
    readonly name: string;
    readonly role: string;
    readonly publisher?: string;
    readonly member?: string;
  }): Promise<{ readonly token: string }> {
    const body = JSON.stringify(grant);
    const call: Call = { method: 'POST', path: '/v1/tokens', body, type: 'application/json' };
    return (await this.call(call)).json() as Promise<{ token: string }>;
  }

  /** Takes a token back. @throws ProblemError */
  async deleteToken(name: string): Promise<void> {
    await this.call({ method: 'DELETE', path: `/v1/tokens/${encodeURIComponent(name)}` });
  }

  private async lines(inputs: readonly InputJson[]): Promise<BatchAnswer[]> {
    const body = inputs.map((input) => JSON.stringify(input)).join('\n');
    const type = 'application/x-ndjson';
    const response = await this.call({ method: 'POST', path: '/v1/events', body, type });
    const text = await response.text();
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as BatchAnswer);
  }

  /** Tries until the node has answered with something final, or patience ends. */
  private async call(call: Call): Promise<Response> {
    const { patienceMs = 30_000, pauseMs = 50 } = this.options;
    const endsAtMs = performance.now() + patienceMs;
    for (let pause = pauseMs; ; pause = Math.min(2 * pause, PAUSE_MS_MAX)) {
      const outcome = await this.attempt(call);
      if (outcome instanceof Response && !TRY_AGAIN.includes(outcome.status)) return outcome;
      if (performance.now() + pause > endsAtMs) {
        if (outcome instanceof Response) throw await problemOf(outcome);
        throw outcome;
      }
      // Clients that were cut off together do not come back together.
      await wait(pause * (0.5 + Math.random()));
    }
  }

  /** A response with its body read whole, or why there is none. @throws ProblemError */
  private async attempt({ method, path, body, type, accept }: Call): Promise<Response | Error> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.options.token}` };
    if (type !== undefined) headers['content-type'] = type;
    if (accept !== undefined) headers['accept'] = accept;
    let response: Response;
    try {
      const url = new URL(path, this.options.url);
      const sent = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
      // The connection may be cut within the body: only what came whole is an answer.
      const whole = sent.status === 204 ? null : await sent.text();
      response = new Response(whole, { status: sent.status, headers: sent.headers });
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
    if (response.ok || TRY_AGAIN.includes(response.status)) return response;
    throw await problemOf(response);
  }
}

async function problemOf(response: Response): Promise<ProblemError> {
  const text = await response.text();
  try {
    return new ProblemError(JSON.parse(text) as ProblemBody);
  } catch {
    const { status, statusText: title } = response;
    return new ProblemError({ type: 'about:blank', title, status, detail: text.slice(0, 200) });
  }
}
