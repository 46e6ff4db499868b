import { layouts, recordLengthAt, templateIdAt } from '#libs/events';
import { RecordedInput } from '#libs/replay';
import { getInt64 } from '#libs/units';
import { offsetsOf } from '#libs/events';
import { isEqual } from './durability-check.js';
import type { SimulatedPublisher } from './simulated-publisher.js';
import type { Violations } from './violations.js';

const HEAD = offsetsOf('PriceObserved');
const TRADE_REJECTED = layouts.TradeRejected.templateId;
const INPUT_REJECTED = layouts.InputRejected.templateId;
const DEADLINE = layouts.DeadlineReached.templateId;
const TRADE_REPORTED = layouts.TradeReported.templateId;
const HEADER_BYTES = 16;

/** Every input that was acknowledged is in the log once, in its publisher's order, byte for byte. */
export class InputAudit {
  private readonly found = new Map<number, number>();
  private readonly input = new RecordedInput();

  constructor(
    private readonly publishers: readonly SimulatedPublisher[],
    private readonly violations: Violations,
  ) {}

  record(view: DataView, at: number, sequence: number): void {
    const isCause = view.getUint32(at + 4, true) === 0;
    if (!isCause || templateIdAt(view, at) === DEADLINE) return;
    if (this.input.read(view, at) !== 'input') return;
    const id = this.input.view.getUint32(HEAD.publisher, true);
    const number = getInt64(this.input.view, HEAD.publisherSequence);
    if (number === 0) return;
    const expected = (this.found.get(id) ?? 0) + 1;
    const publisher = this.publishers.find((one) => one.id === id);
    this.violations.check(
      number === expected,
      () => `an input stands in the log twice or out of order (publisher ${String(id)})`,
      sequence,
    );
    this.found.set(id, number);
    const sent = publisher?.records[number - 1];
    const ack = publisher?.acks.get(number);
    this.violations.check(
      ack === undefined || (ack.sequence === sequence && ack.reason === reasonAt(view, at)),
      () => `an acknowledgement says something else than the log (publisher ${String(id)})`,
      sequence,
    );
    const length = recordLengthAt(this.input.view, 0);
    const stored = this.input.bytes.subarray(0, length);
    this.violations.check(
      sent !== undefined && isWhatWasSent(sent, stored),
      () => `an input in the log is not what was sent (publisher ${String(id)})`,
      sequence,
    );
  }

  finish(): void {
    for (const { id, acknowledged } of this.publishers) {
      this.violations.check(
        (this.found.get(id) ?? 0) >= acknowledged,
        () => `an acknowledged input is not in the log (publisher ${String(id)})`,
      );
    }
  }
}

/** A novated trade does not tell how long its offer held: its report comes back in version 1. */
function isWhatWasSent(sent: Uint8Array, stored: Uint8Array): boolean {
  const view = new DataView(sent.buffer, sent.byteOffset, sent.byteLength);
  if (templateIdAt(view, 0) !== TRADE_REPORTED || stored.length >= sent.length) {
    return isEqual(sent, stored);
  }
  return isEqual(sent.subarray(HEADER_BYTES, stored.length), stored.subarray(HEADER_BYTES));
}

function reasonAt(view: DataView, at: number): number {
  const template = templateIdAt(view, at);
  if (template === TRADE_REJECTED)
    return view.getUint16(at + offsetsOf('TradeRejected').reason, true);
  if (template === INPUT_REJECTED)
    return view.getUint16(at + offsetsOf('InputRejected').reason, true);
  return 0;
}
