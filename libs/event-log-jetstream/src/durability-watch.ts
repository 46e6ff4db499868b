import { DURABILITIES } from '#libs/event-log';
import { findDurability } from './durability-probe.js';
import type { OpenedStream } from './opening.js';

/**
 * After a reconnection the server may be another one, or the same with other settings: what was
 * declared is looked at again before the next frame is stored.
 */
export class DurabilityWatch {
  private generation = 0;

  constructor(private readonly opened: OpenedStream) {}

  /** Why the log promises less than it declared; undefined when it does not. */
  async weaker(): Promise<string | undefined> {
    const { stream, location, finding } = this.opened;
    const { generation } = stream.connection;
    if (generation === this.generation) return undefined;
    const info = await stream.patiently(() => stream.info());
    const now = await findDurability(stream.connection, location, info);
    const isWeaker =
      DURABILITIES.indexOf(now.durability) < DURABILITIES.indexOf(finding.durability);
    if (isWeaker) {
      return `after a reconnection it promises ${now.durability}, not ${finding.durability}: ${now.reason}`;
    }
    this.generation = generation;
    return undefined;
  }
}
