import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { InvalidDecimal, parseDecimal } from '#libs/units';
import { CommandFailure, exitCodes } from '../failure.js';
import type { Schema } from './json-forms.js';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** Bad input in a form: which file and field, what it is, which rule, what to do. */
export function refuse(file: string, field: string, rule: string): never {
  throw new CommandFailure(exitCodes.badInput, `${file}: ${field} ${rule}`);
}

/** The JSON of a file, checked against its schema. @throws CommandFailure for the first thing wrong */
export function checkedForm(file: string, content: string, schema: Schema): JsonRecord {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(exitCodes.badInput, `${file}: it must be JSON: ${detail}`);
  }
  const validate = validatorOf(schema);
  if (validate(json)) return json as JsonRecord;
  const [error] = validate.errors ?? [];
  if (error === undefined) refuse(file, 'the document', 'does not follow its schema');
  return refuse(file, placeOf(error), ruleOf(json, error));
}

const validators = new Map<Schema, ValidateFunction>();

/** Compiling a schema takes longer than a margin calculation: once for each. */
function validatorOf(schema: Schema): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = new Ajv2020({ strict: true, discriminator: true }).compile(schema);
  validators.set(schema, made);
  return made;
}

/** `/scenarios/0/weight` as `scenarios[0].weight`. */
function placeOf({ instancePath, keyword, params }: ErrorObject): string {
  const place = instancePath
    .replace(/\/([0-9]+)/g, '[$1]')
    .replace(/\//g, '.')
    .replace(/^\./, '');
  const { missingProperty, additionalProperty } = params as Readonly<Record<string, string>>;
  const child = keyword === 'required' ? missingProperty : additionalProperty;
  if (child === undefined) return place === '' ? 'the document' : place;
  return place === '' ? child : `${place}.${child}`;
}

function ruleOf(json: unknown, { instancePath, keyword, message, params }: ErrorObject): string {
  if (keyword === 'required') return 'is missing; add it';
  if (keyword === 'additionalProperties')
    return 'is not known; `novate schema MarginRulebook` and `MarginPortfolio` name the fields';
  const value = instancePath
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (at as JsonRecord | undefined)?.[key], json);
  const { allowedValues } = params as { allowedValues?: readonly unknown[] };
  const allowed = allowedValues === undefined ? '' : `: ${allowedValues.join(', ')}`;
  const decimals = keyword === 'pattern' ? ': write a decimal in quotes, such as "-0.15"' : '';
  return `is ${JSON.stringify(value)}; it ${message ?? 'is wrong'}${allowed}${decimals}`;
}

/** Reads the fields of one form, naming file and place in every error. */
export class FormReader {
  constructor(
    readonly file: string,
    readonly place: string,
    private readonly json: JsonRecord,
  ) {}

  has(name: string): boolean {
    return this.json[name] !== undefined;
  }

  /** A decimal as an integer of 10^-digits; what is left out is `otherwise`. */
  decimal(name: string, digits: number, otherwise = 0): number {
    const value = this.json[name];
    if (value === undefined) return otherwise;
    try {
      return parseDecimal(value as string, digits);
    } catch (error) {
      if (!(error instanceof InvalidDecimal)) throw error;
      return refuse(this.file, this.at(name), `is ${error.message}; round it`);
    }
  }

  whole(name: string, otherwise = 0): number {
    const value = this.json[name];
    return typeof value === 'number' ? value : otherwise;
  }

  text(name: string): string {
    return String(this.json[name]);
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.json[name];
    return typeof value === 'boolean' ? value : otherwise;
  }

  /** A group inside; empty where it is left out. */
  group(name: string): FormReader {
    return new FormReader(this.file, this.at(name), (this.json[name] ?? {}) as JsonRecord);
  }

  list(name: string): FormReader[] {
    const members = (this.json[name] ?? []) as readonly JsonRecord[];
    return members.map((one, at) => new FormReader(this.file, `${this.at(name)}[${at}]`, one));
  }

  names(): string[] {
    return Object.keys(this.json);
  }

  /** The members of a list of decimals. */
  decimals(name: string, digits: number): number[] {
    const members = (this.json[name] ?? []) as readonly string[];
    const own = new FormReader(this.file, this.at(name), Object.fromEntries(members.entries()));
    return members.map((_, at) => own.decimal(String(at), digits));
  }

  /** The place of a name in a list of names. @throws CommandFailure if it is not there */
  placeOf(name: string, among: readonly string[], what: string): number {
    const place = among.indexOf(this.text(name));
    if (place < 0) {
      const known = among.length === 0 ? 'there are none' : `there are ${among.join(', ')}`;
      refuse(this.file, this.at(name), `is "${this.text(name)}", no ${what}; ${known}`);
    }
    return place;
  }

  at(name: string): string {
    if (this.place === '') return name;
    return /^[0-9]+$/.test(name) ? `${this.place}[${name}]` : `${this.place}.${name}`;
  }
}
