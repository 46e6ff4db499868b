import { type LogicalTable, type Row, type RowSink, TABLES } from '#libs/market';
import { type Measured, oldestRecordOf, readRecord } from '#libs/events';
import { invariant } from '#libs/units';
import { Rulebook } from '#libs/margin';

type Published = Measured<'RulebookPublished'>;

interface PoolRulebooks {
  inForce: Rulebook | undefined;
  pending: Rulebook[];
  lastVersion: number;
}

/** The rulebook in force and those that wait for their time, per pool. */
export class RulebookTable implements LogicalTable {
  readonly table = TABLES.rulebooks;
  private readonly pools: (PoolRulebooks | undefined)[] = [];

  inForce(pool: number): Rulebook | undefined {
    return this.pools[pool]?.inForce;
  }

  pending(pool: number): readonly Rulebook[] {
    return this.pools[pool]?.pending ?? [];
  }

  lastVersion(pool: number): number {
    return this.pools[pool]?.lastVersion ?? 0;
  }

  /** The newest published rulebook of a pool, in force or not. */
  newest(pool: number): Rulebook | undefined {
    const own = this.pools[pool];
    return own?.pending.at(-1) ?? own?.inForce;
  }

  publish(message: Published, isInForce: boolean): void {
    const own = this.of(message.pool);
    const rulebook = new Rulebook(message);
    invariant(message.rulebookVersion > own.lastVersion, 'versions of a rulebook ascend');
    own.lastVersion = message.rulebookVersion;
    if (isInForce) own.inForce = rulebook;
    else own.pending.push(rulebook);
  }

  /** The pending rulebook of that version comes into force. */
  activate(pool: number, version: number): void {
    const own = this.of(pool);
    const place = own.pending.findIndex((book) => book.source.rulebookVersion === version);
    const rulebook = own.pending[place];
    invariant(rulebook !== undefined, 'a rulebook that is activated is pending');
    invariant(place === 0, 'rulebooks come into force in the order of their versions');
    own.pending.splice(place, 1);
    own.inForce = rulebook;
  }

  private of(pool: number): PoolRulebooks {
    const own = this.pools[pool] ?? { inForce: undefined, pending: [], lastVersion: 0 };
    this.pools[pool] = own;
    return own;
  }

  writeRows(sink: RowSink): void {
    for (const [pool, own] of this.pools.entries()) {
      if (own === undefined) continue;
      const books = [...(own.inForce === undefined ? [] : [own.inForce]), ...own.pending];
      books.sort((a, b) => a.source.rulebookVersion - b.source.rulebookVersion);
      for (const book of books) {
        sink.row(this.table, pool, book.source.rulebookVersion);
        sink.number(1, book === own.inForce ? 1 : 0);
        sink.text(2, toHex(book.source));
      }
      sink.row(this.table, pool, 0xffffffff);
      sink.number(3, own.lastVersion);
    }
  }

  restoreRow(row: Row): void {
    if (row.keyB === 0xffffffff) {
      const newest = this.newest(row.keyA)?.source.rulebookVersion ?? 0;
      invariant(row.number(3) >= newest, 'the last version is the newest');
      this.of(row.keyA).lastVersion = row.number(3);
      return;
    }
    this.publish(fromHex(row.text(2)), row.number(1) === 1);
  }
}

function toHex(message: Published): string {
  return Array.from(oldestRecordOf(message), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(hex: string): Published {
  const bytes = new Uint8Array(hex.length / 2);
  for (let k = 0; k < bytes.length; k++) bytes[k] = parseInt(hex.slice(k * 2, k * 2 + 2), 16);
  const message = readRecord(new DataView(bytes.buffer), 0);
  invariant(message.type === 'RulebookPublished', 'a stored rulebook is a rulebook');
  return message;
}
