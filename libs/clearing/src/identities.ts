import { invariant } from '#libs/units';
import { type LogicalTable, type Row, type RowSink, TABLES } from '#libs/market';

/** How many message ids are remembered for each publisher. */
export const IDENTITY_WINDOW = 1_000_000;

interface Identity {
  readonly ordinal: number;
  readonly bodyHash: number;
  /** Sequence of the first answer. */
  readonly sequence: number;
}

interface PublisherIdentities {
  readonly byId: Map<string, Identity>;
  next: number;
  /** Greatest id that fell out of the window; '' while nothing did. */
  forgottenUpTo: string;
}

/** Message ids inside the window of each publisher, with the hash of their body. */
export class IdentityTable implements LogicalTable {
  readonly table = TABLES.identities;
  private readonly publishers: (PublisherIdentities | undefined)[] = [];

  constructor(private readonly window = IDENTITY_WINDOW) {
    invariant(window >= 1, 'a window holds an id');
  }

  find(publisher: number, messageId: string): Identity | undefined {
    return this.publishers[publisher]?.byId.get(messageId);
  }

  /** Whether an id sorts at or before one that was forgotten, so that it may be a repetition. */
  isTooOld(publisher: number, messageId: string): boolean {
    const forgotten = this.publishers[publisher]?.forgottenUpTo ?? '';
    return forgotten !== '' && messageId <= forgotten;
  }

  remember(publisher: number, messageId: string, bodyHash: number, sequence: number): void {
    const own = this.of(publisher);
    invariant(messageId !== '' && !own.byId.has(messageId), 'an id is remembered once');
    own.byId.set(messageId, { ordinal: own.next, bodyHash, sequence });
    own.next += 1;
    if (own.byId.size <= this.window) return;
    const [oldest] = own.byId.keys();
    if (oldest === undefined) return;
    own.byId.delete(oldest);
    invariant(own.byId.size <= this.window, 'no more ids are remembered than the window holds');
    if (oldest > own.forgottenUpTo) own.forgottenUpTo = oldest;
  }

  private of(publisher: number): PublisherIdentities {
    const own = this.publishers[publisher] ?? { byId: new Map(), next: 1, forgottenUpTo: '' };
    this.publishers[publisher] = own;
    return own;
  }

  writeRows(sink: RowSink): void {
    for (const [publisher, own] of this.publishers.entries()) {
      if (own === undefined) continue;
      sink.row(this.table, publisher, 0);
      sink.number(1, own.next);
      sink.text(2, own.forgottenUpTo);
      for (const [messageId, identity] of own.byId) {
        sink.row(this.table, publisher, identity.ordinal);
        sink.number(3, identity.bodyHash);
        sink.number(4, identity.sequence);
        sink.text(5, messageId);
      }
    }
  }

  restoreRow(row: Row): void {
    const own = this.of(row.keyA);
    if (row.keyB === 0) {
      own.next = row.number(1);
      own.forgottenUpTo = row.text(2);
      return;
    }
    invariant(row.keyB < own.next, 'an id was remembered before the next one');
    own.byId.set(row.text(5), {
      ordinal: row.keyB,
      bodyHash: row.number(3),
      sequence: row.number(4),
    });
  }
}
