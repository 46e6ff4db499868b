/** A broken invariant: a fault in this program, never in its input. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/**
 * Asserts what must always hold; it stays on in production.
 *
 * @param sentence what must hold, as a sentence; a constant, so that a passing check builds no text
 * @param details figures for the message, built only on failure
 * @throws InvariantViolation
 */
export function invariant(
  condition: unknown,
  sentence: string,
  details?: () => string,
): asserts condition {
  if (!condition) violated(sentence, details);
}

/** Apart, so that `invariant` itself stays small enough to be inlined everywhere. */
function violated(sentence: string, details: (() => string) | undefined): never {
  throw new InvariantViolation(details === undefined ? sentence : `${sentence}: ${details()}`);
}
