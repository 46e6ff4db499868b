import { type ChildProcess, fork } from 'node:child_process';
import type { SubscribersOrder, SubscribersReply } from './stream-subscribers.js';

/** The process of all subscribers. */
export class SubscribersProcess {
  readonly #child: ChildProcess;
  #onReply: (reply: SubscribersReply) => void = () => undefined;

  constructor(http: string, token: string) {
    const script = new URL('./stream-subscribers.js', import.meta.url);
    this.#child = fork(script, [http, token]);
    this.#child.on('message', (reply: SubscribersReply) => this.#onReply(reply));
  }

  perform(order: SubscribersOrder): Promise<SubscribersReply> {
    const reply = new Promise<SubscribersReply>((resolve) => (this.#onReply = resolve));
    this.#child.send(order);
    return reply;
  }

  end(): void {
    this.#child.send({
      kind: 'end',
      subscribers: 0,
      stalled: 0,
      lastSequence: 0,
    } satisfies SubscribersOrder);
  }
}
