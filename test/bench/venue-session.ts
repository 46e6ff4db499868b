import { StreamConnection } from '#libs/sdk';
import { invariant } from '#libs/units';
import type { Released } from '#libs/wire';
import { INSTRUMENTS, openTicks } from './ingest-market.js';
import type { Population } from './ingest-population.js';
import { TradeRing } from './trade-ring.js';

/**
 * The venue's session: numbers what is sent, takes what is acknowledged, and counts it: every trade
 * is acknowledged exactly once, in the order of the numbers, or the process ends with an error.
 */
export class VenueSession {
  /** Present prices by instrument, as the price feed says them. */
  readonly marks = Float64Array.from({ length: INSTRUMENTS + 1 }, (_, k) => openTicks(k));
  sent = 0;
  acknowledged = 0;
  refused: Record<number, number> = {};
  onAcknowledged: () => void = () => undefined;
  #ring: TradeRing | undefined;
  #publisher: StreamConnection | undefined;

  /** Draws the trades, then connects: who is silent for long while it draws is sent away. */
  async open(address: string, population: Population, ringTrades: number): Promise<void> {
    const ring = new TradeRing(ringTrades, population);
    this.#publisher = await StreamConnection.open({
      address,
      publisher: 'venue',
      subscribeFrom: 0,
      onReleased: (released) => this.#take(released),
      onClosed: ({ text }) => {
        throw new Error(`the node closed the connection: ${text}`);
      },
    });
    this.sent = this.#publisher.welcome.lastPublisherSequence;
    this.acknowledged = this.sent;
    ring.sendAs(this.#publisher.welcome.publisher);
    this.#ring = ring;
  }

  /** Id that the node gave the session's publisher. */
  get publisher(): number {
    return this.#publisher?.welcome.publisher ?? 0;
  }

  /** Whether so many more may be in flight: the ring's bytes are used again once acknowledged. */
  hasRoom(count: number): boolean {
    return this.sent + count - this.acknowledged <= (this.#ring?.trades ?? 0);
  }

  /** False when the socket is full. */
  send(count: number): boolean {
    const records = this.#ring?.records(this.sent, count, this.marks);
    invariant(records !== undefined, 'the session is open');
    this.sent += count;
    invariant(this.hasRoom(0), 'the ring is not overrun');
    return this.#publisher?.send(records) ?? false;
  }

  drained(): Promise<void> {
    return this.#publisher?.drained() ?? Promise.resolve();
  }

  #take({ lastPublisherSequence, runs, refusals }: Released): void {
    for (const { firstNumber, count } of runs) {
      invariant(firstNumber === this.acknowledged + 1, 'a trade is acknowledged once, in order');
      this.acknowledged += count;
    }
    invariant(lastPublisherSequence === this.acknowledged, 'runs leave no trade out');
    invariant(this.acknowledged <= this.sent, 'only what was sent is acknowledged');
    for (const { reason } of refusals) this.refused[reason] = (this.refused[reason] ?? 0) + 1;
    this.onAcknowledged();
  }
}
