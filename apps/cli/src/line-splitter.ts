/** Longest input line, bytes without its line end. */
export const LINE_BYTES_MAX = 64 * 1024;

/** One line of input: its text, or why it has none. */
export interface InputLine {
  /** From 1. */
  readonly number: number;
  readonly text?: string;
  readonly fault?: string;
}

/**
 * Cuts a byte stream into lines. A line that is too long or no UTF-8 becomes a fault in its place;
 * the lines after it are unharmed. Empty lines are counted and left out.
 */
export class LineSplitter {
  private rest: Uint8Array[] = [];
  private restBytes = 0;
  private number = 0;
  private isSkipping = false;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });

  /** The lines that end in this chunk. */
  push(chunk: Uint8Array): InputLine[] {
    const lines: InputLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.add(chunk.subarray(from, end));
      this.finish(lines);
      from = end + 1;
    }
    this.add(chunk.subarray(from));
    return lines;
  }

  /** The last line, when the stream does not end with a line end. */
  end(): InputLine[] {
    const lines: InputLine[] = [];
    if (this.restBytes > 0 || this.isSkipping) this.finish(lines);
    return lines;
  }

  private add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.restBytes += bytes.length;
    if (this.restBytes > LINE_BYTES_MAX) {
      this.isSkipping = true;
      this.rest = [];
      return;
    }
    this.rest.push(bytes);
  }

  private finish(lines: InputLine[]): void {
    this.number += 1;
    const { number } = this;
    const bytes = this.rest.length === 1 ? this.rest[0] : Buffer.concat(this.rest);
    const isTooLong = this.isSkipping;
    this.rest = [];
    this.restBytes = 0;
    this.isSkipping = false;
    if (isTooLong) {
      lines.push({ number, fault: `is longer than ${String(LINE_BYTES_MAX)} bytes` });
      return;
    }
    try {
      const text = this.decoder.decode(bytes);
      if (text.trim() !== '') lines.push({ number, text });
    } catch {
      lines.push({ number, fault: 'is not valid UTF-8' });
    }
  }
}
