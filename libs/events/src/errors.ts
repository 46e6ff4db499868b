import type { RefTarget } from './schema.js';

/** The message does not fit: into the space given, or a text or group beyond its declared maximum. */
export class RecordTooLong extends Error {
  constructor(
    readonly messageName: string,
    /** What is too long: a field, or `record`. */
    readonly part: string,
    readonly size: number,
    readonly sizeMax: number,
  ) {
    super(`${messageName}.${part} is ${String(size)} long, at most ${String(sizeMax)} fit`);
    this.name = 'RecordTooLong';
  }
}

/**
 * A record of a schema, template or version that this program does not know. The reader halts: a
 * skipped event would silently give another state.
 */
export class UnknownRecord extends Error {
  constructor(
    readonly schemaId: number,
    readonly templateId: number,
    readonly version: number,
    readonly at: number,
  ) {
    super(
      `unknown record at byte ${String(at)}: schema ${String(schemaId)}, ` +
        `template ${String(templateId)}, version ${String(version)}`,
    );
    this.name = 'UnknownRecord';
  }
}

/** Bytes that no writer of a known version can have produced: truncated, or damaged. */
export class MalformedRecord extends Error {
  constructor(
    readonly at: number,
    readonly rule: string,
  ) {
    super(`malformed record at byte ${String(at)}: ${rule}`);
    this.name = 'MalformedRecord';
  }
}

/** The first thing that is wrong with a JSON input: where, what was given, and which rule it breaks. */
export class FieldError extends Error {
  constructor(
    /** Path such as `priceTicks` or `tiers[2].upToLots`; empty for the document itself. */
    readonly field: string,
    readonly value: unknown,
    /** What the field must be, as the end of a sentence that begins with its name. */
    readonly rule: string,
    /** Of what kind the thing is that nobody knows; absent when something else is wrong. */
    readonly unknown?: RefTarget,
  ) {
    super(field === '' ? rule : `${field} ${rule}`);
    this.name = 'FieldError';
  }
}
