import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { type RawValue, SettingsError } from './setting-value.js';
import { settingsSchema } from './settings-schema.js';

/** The settings of a configuration file. @throws SettingsError for the first thing wrong */
export function checkedFile(path: string, text: string): Readonly<Record<string, RawValue>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new SettingsError(`config is ${path}; it must be JSON: ${detail}`);
  }
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile<
    Record<string, RawValue>
  >(settingsSchema());
  if (validate(json)) {
    return Object.fromEntries(Object.entries(json).filter(([name]) => name !== '$schema'));
  }
  const [error] = validate.errors ?? [];
  throw new SettingsError(error === undefined ? `${path} is wrong` : describe(path, json, error));
}

function describe(path: string, json: unknown, error: ErrorObject): string {
  if (error.keyword === 'additionalProperties') {
    const { additionalProperty } = error.params as { additionalProperty: string };
    return `${additionalProperty} in ${path} is no setting; --help names the settings`;
  }
  const name = error.instancePath.slice(1);
  if (name === '') return `config is ${path}; it must be an object of settings`;
  const value = JSON.stringify((json as Record<string, unknown>)[name]);
  return `${name} in ${path} is ${value}; it ${error.message ?? 'is wrong'}`;
}
