/** Promises that a run saw broken. The first few are kept; a broken run repeats itself. */
export class Violations {
  readonly found: string[] = [];

  constructor(private readonly kept = 20) {}

  add(sentence: string): void {
    if (this.found.length < this.kept && !this.found.includes(sentence)) this.found.push(sentence);
  }

  /** Adds the sentence unless the condition holds. */
  check(condition: boolean, sentence: () => string): void {
    if (!condition) this.add(sentence());
  }
}
