/**
 * The vocabulary in which the event catalogue is written. One definition gives the binary layout,
 * the TypeScript type, the JSON form, the JSON Schema, the SBE XML and the documentation page.
 *
 * In memory every number is a double that holds a safe integer (|x| <= 2^53). On the wire an `i64`
 * is a little-endian int64, as FIX Simple Binary Encoding lays it out.
 */

/** What a `ref` points at; in memory a dense u32 id, in JSON the thing's name. */
export type RefTarget =
  'publisher' | 'venue' | 'currency' | 'pool' | 'member' | 'account' | 'instrument';

interface FieldBase {
  /** One sentence; for amounts it says the unit and the sign. */
  readonly doc: string;
  /** The version of the message that added this field (default 1). Later fields need a default. */
  readonly since?: number;
}

export interface NumberField extends FieldBase {
  readonly type: 'u8' | 'u16' | 'u32' | 'i64';
  readonly default?: number;
}
/** i64 microseconds since 1970-01-01 UTC; in JSON RFC 3339 text; 0 is "none" and absent in JSON. */
export interface TimeField extends FieldBase {
  readonly type: 'time';
  readonly default?: number;
}
/** u16 days since 1970-01-01; in JSON `YYYY-MM-DD`; 0 is "none" and absent in JSON. */
export interface DateField extends FieldBase {
  readonly type: 'date';
  readonly default?: number;
}
/** u32 id, 0 is "none" (ids start at 1); in JSON the name, absent when none. */
export interface RefField extends FieldBase {
  readonly type: 'ref';
  readonly to: RefTarget;
  readonly default?: number;
}
/** u8 index into `values`; in memory the index, in JSON the text. */
export interface EnumField extends FieldBase {
  readonly type: 'enum';
  readonly values: readonly string[];
  readonly default?: number;
}
/** UTF-8 text of at most `maxBytes` bytes, after the fixed block. */
export interface TextField extends FieldBase {
  readonly type: 'text';
  readonly maxBytes: number;
}
/** Raw bytes of at most `maxBytes`, after the fixed block; in JSON base64. */
export interface BytesField extends FieldBase {
  readonly type: 'bytes';
  readonly maxBytes: number;
}
/** What is known of one name inside an object, by which a JSON input is checked. */
export type DetailField = { readonly doc: string } & (
  | { readonly type: 'text'; readonly maxBytes: number }
  | { readonly type: 'enum'; readonly values: readonly string[] }
  | { readonly type: 'date' | 'time' }
  | { readonly type: 'object'; readonly fields: DetailFields }
);
export type DetailFields = Readonly<Record<string, DetailField>>;
/**
 * A JSON object of anything, after the fixed block: its canonical text (canonical-json.ts) of at most
 * `maxBytes` bytes of UTF-8, in memory too; in JSON the object itself. '' is "none", absent in JSON.
 */
export interface ObjectField extends FieldBase {
  readonly type: 'object';
  readonly maxBytes: number;
  /**
   * Names with a meaning. A message with such a field is open: whatever else its JSON input holds
   * at the top level belongs in here.
   */
  readonly known?: DetailFields;
}
export type FixedField = NumberField | TimeField | DateField | RefField | EnumField;
/** A repeating group of fixed fields, after the fixed block; in memory an array of objects. */
export interface GroupField extends FieldBase {
  readonly type: 'group';
  readonly maxItems: number;
  readonly fields: Readonly<Record<string, FixedField>>;
}
export type VariableField = TextField | BytesField | ObjectField;
export type Field = FixedField | VariableField | GroupField;

/**
 * - `input`: proposed by an outsider in this very layout and recorded when accepted.
 * - `trade`: as `input`, but an accepted one is recorded as another message that extends it.
 * - `decision`: made by the clearing house; its cause stands in the same frame.
 * - `log`: a record about the log itself; hash-chained, takes no event sequence.
 */
export type MessageKind = 'input' | 'trade' | 'decision' | 'log';

export interface MessageDefinition {
  readonly name: string;
  readonly templateId: number;
  readonly version: number;
  readonly kind: MessageKind;
  readonly doc: string;
  readonly fields: Readonly<Record<string, Field>>;
}

/** Fixed fields are numbers in memory, whatever their wire size. */
type FieldValue<F extends Field> = F extends GroupField
  ? readonly { readonly [K in keyof F['fields']]: number }[]
  : F extends TextField | ObjectField
    ? string
    : F extends BytesField
      ? Uint8Array
      : number;

/** The in-memory form of a message: every field present, `type` names it. */
export type MessageOf<D extends MessageDefinition> = { type: D['name'] } & {
  -readonly [K in keyof D['fields']]: FieldValue<D['fields'][K]>;
};

/** Declares a message; exists so that literal types survive. */
export function message<const D extends MessageDefinition>(definition: D): D {
  return definition;
}
