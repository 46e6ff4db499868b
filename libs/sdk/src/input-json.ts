import type { Catalogue, Field, InputName } from '#libs/events';

/** A field as an input gives it in JSON: names for references, exact numbers as decimal strings. */
type JsonField<F extends Field> = F extends { readonly type: 'i64' }
  ? string | number
  : F extends { readonly type: 'u8' | 'u16' | 'u32' }
    ? number
    : F extends { readonly type: 'enum'; readonly values: readonly (infer V)[] }
      ? V
      : F extends { readonly type: 'group'; readonly fields: infer Fields }
        ? readonly JsonFields<Fields>[]
        : F extends { readonly type: 'object' }
          ? Readonly<Record<string, unknown>>
          : string;

/** References, times and dates may be left out; so may what has a default. */
type IsOptional<F> = F extends { readonly type: 'ref' | 'time' | 'date' | 'object' }
  ? true
  : F extends { readonly default: number }
    ? true
    : false;

type JsonFields<Fields> = {
  readonly [
    K in keyof Fields as Fields[K] extends Field
      ? IsOptional<Fields[K]> extends true
        ? never
        : K
      : never
  ]: Fields[K] extends Field ? JsonField<Fields[K]> : never;
} & {
  readonly [
    K in keyof Fields as Fields[K] extends Field
      ? IsOptional<Fields[K]> extends true
        ? K
        : never
      : never
  ]?: Fields[K] extends Field ? JsonField<Fields[K]> : never;
};

type InputJsonNamed<N extends InputName> = {
  readonly type: N;
  /** At most 36 printable ASCII characters, ascending, as UUIDv7 is. */
  readonly messageId: string;
} & JsonFields<Omit<Catalogue[N]['fields'], 'publisherSequence'>>;

/** An input as it is sent over HTTP. */
export type InputJson = { [N in InputName]: InputJsonNamed<N> }[InputName];
