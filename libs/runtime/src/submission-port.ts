import { invariant } from '#libs/units';
import type { Submission, SubmissionResult } from './submissions.js';

/** Submissions that may be open at once: what they hold is bounded by their size times this. */
const OPEN_MAX = 256;

/** So many submissions are open already: try again later. Nothing was submitted. */
export class TooManySubmissions extends Error {
  override readonly name = 'TooManySubmissions';
}

/** How the API's thread submits inputs to the core's. */
export class SubmissionPort {
  private readonly open = new Map<number, (result: SubmissionResult) => void>();
  private nextId = 1;

  constructor(
    private readonly post: (submission: Submission, transfer: readonly ArrayBuffer[]) => void,
  ) {}

  /**
   * Resolves when everything the records caused is durable, or with a fault.
   * @throws TooManySubmissions
   */
  submit(records: Uint8Array, messageIds: readonly string[]): Promise<SubmissionResult> {
    if (this.open.size >= OPEN_MAX) {
      throw new TooManySubmissions(`${String(OPEN_MAX)} requests are waiting for the log`);
    }
    const id = this.nextId++;
    const bytes = records.slice();
    return new Promise((resolve) => {
      this.open.set(id, resolve);
      this.post({ kind: 'submission', id, records: bytes, messageIds }, [bytes.buffer]);
    });
  }

  /** Submissions that wait for their answer. */
  get openCount(): number {
    return this.open.size;
  }

  /** The core's answer. */
  answered(result: SubmissionResult): void {
    const resolve = this.open.get(result.id);
    invariant(resolve !== undefined, 'every answer has its submission');
    this.open.delete(result.id);
    resolve(result);
  }
}
