/** Promises that a run saw broken. The first few are kept; a broken run repeats itself. */
export class Violations {
  readonly found: string[] = [];
  private readonly known = new Set<string>();

  constructor(private readonly kept = 20) {}

  /** With the sequence of the record that shows it, where there is one: the first of each kind. */
  add(sentence: string, sequence?: number): void {
    if (this.found.length === this.kept || this.known.has(sentence)) return;
    this.known.add(sentence);
    const where = sequence === undefined ? '' : ` (sequence ${String(sequence)})`;
    this.found.push(`${sentence}${where}`);
  }

  /** Adds the sentence unless the condition holds. */
  check(condition: boolean, sentence: () => string, sequence?: number): void {
    if (!condition) this.add(sentence(), sequence);
  }
}
