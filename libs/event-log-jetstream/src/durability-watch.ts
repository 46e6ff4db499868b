import { DURABILITIES } from '#libs/event-log';
import { findDurability } from './durability-probe.js';
import type { OpenedStream } from './opening.js';

const RETRY_MS = 100;

/**
 * After a reconnection the server may be another one, or the same with other settings: what was
 * declared is looked at again before the next frame is stored.
 */
export class DurabilityWatch {
  private generation = 0;

  constructor(private readonly opened: OpenedStream) {}

  /**
   * Why the log promises less than it declared; undefined when it does not. A server that has just
   * started, or is gone again, is asked until it answers.
   *
   * @throws LogUnavailable when it does not answer for too long
   */
  async weaker(): Promise<string | undefined> {
    const { stream, location, finding } = this.opened;
    const { connection, patience } = stream;
    if (connection.generation === this.generation) return undefined;
    const until = performance.now() + patience.outageMs;
    for (;;) {
      const { generation } = connection;
      const info = await stream.patiently(() => stream.info());
      const now = await findDurability(connection, location, info);
      const isWeaker =
        DURABILITIES.indexOf(now.durability) < DURABILITIES.indexOf(finding.durability);
      if (!isWeaker) {
        this.generation = generation;
        return undefined;
      }
      if (now.isCertain || performance.now() > until) {
        const change = `${now.durability}, not ${finding.durability}`;
        return `after a reconnection the log promises ${change}: ${now.reason}`;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
