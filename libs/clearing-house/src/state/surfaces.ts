import type { Measured } from '#libs/events';
import {
  type LogicalTable,
  type QuotedSurface,
  type Row,
  type RowSink,
  TABLES,
  VolatilitySurface,
} from '#libs/market';
import { invariant, ppm, priceTicks } from '#libs/units';

interface KnownSurface {
  readonly surface: VolatilitySurface;
  /** Log time of its arrival. */
  readonly receivedAt: number;
}

/** Second keys of the rows of a surface: itself, its expiries, its points. */
const FIRST_EXPIRY = 1;
const FIRST_POINT = 1000;

/** What has been read of a surface that is being restored. */
interface RestoredSurface {
  readonly receivedAt: number;
  readonly observedAt: number;
  readonly confidencePpm: QuotedSurface['confidencePpm'];
  readonly pointCount: number;
  readonly expiries: QuotedSurface['expiries'][number][];
  readonly points: QuotedSurface['points'][number][];
}

/** The last volatility surface of each underlying. */
export class SurfaceTable implements LogicalTable {
  readonly table = TABLES.surfaces;
  private readonly known: (KnownSurface | undefined)[] = [];
  private restored: RestoredSurface | undefined;

  of(underlying: number): VolatilitySurface | undefined {
    return this.known[underlying]?.surface;
  }

  /** When its source saw the last surface of an underlying; 0 before the first. */
  observedAt(underlying: number): number {
    return this.known[underlying]?.surface.source.observedAt ?? 0;
  }

  /** Log time at which the last surface of an underlying arrived; 0 before the first. */
  receivedAt(underlying: number): number {
    return this.known[underlying]?.receivedAt ?? 0;
  }

  observe(m: Measured<'VolatilitySurfaceObserved'>, receivedAt: number): void {
    const { observedAt, confidencePpm, expiries, points } = m;
    this.replace(m.instrument, { observedAt, confidencePpm, expiries, points }, receivedAt);
  }

  private replace(underlying: number, quoted: QuotedSurface, receivedAt: number): void {
    invariant(quoted.observedAt >= this.observedAt(underlying), 'surfaces come in order');
    invariant(receivedAt >= this.receivedAt(underlying), 'log time does not go back');
    this.known[underlying] = { surface: new VolatilitySurface(quoted), receivedAt };
  }

  writeRows(sink: RowSink): void {
    for (const [underlying, known] of this.known.entries()) {
      if (known === undefined) continue;
      const { observedAt, confidencePpm, expiries, points } = known.surface.source;
      sink.row(this.table, underlying, 0);
      sink.number(1, known.receivedAt);
      sink.number(2, observedAt);
      sink.number(3, confidencePpm);
      sink.number(4, points.length);
      for (const [place, { expiry, forwardTicks }] of expiries.entries()) {
        sink.row(this.table, underlying, FIRST_EXPIRY + place);
        sink.number(1, expiry);
        sink.number(2, forwardTicks);
      }
      for (const [place, { expiryPlace, strikeTicks, volatilityPpm }] of points.entries()) {
        sink.row(this.table, underlying, FIRST_POINT + place);
        sink.number(1, expiryPlace);
        sink.number(2, strikeTicks);
        sink.number(3, volatilityPpm);
      }
    }
  }

  restoreRow(row: Row): void {
    if (row.keyB === 0) {
      this.restored = {
        receivedAt: row.number(1),
        observedAt: row.number(2),
        confidencePpm: ppm(row.number(3)),
        pointCount: row.number(4),
        expiries: [],
        points: [],
      };
      return;
    }
    const { restored } = this;
    invariant(restored !== undefined, 'a surface begins with its own row');
    if (row.keyB < FIRST_POINT) {
      restored.expiries.push({ expiry: row.number(1), forwardTicks: priceTicks(row.number(2)) });
      return;
    }
    restored.points.push({
      expiryPlace: row.number(1),
      strikeTicks: priceTicks(row.number(2)),
      volatilityPpm: ppm(row.number(3)),
    });
    if (restored.points.length < restored.pointCount) return;
    this.replace(row.keyA, restored, restored.receivedAt);
    this.restored = undefined;
  }
}
