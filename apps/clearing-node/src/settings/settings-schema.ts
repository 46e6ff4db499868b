import { type Setting, settingsTable } from './settings-table.js';

/** JSON Schema (draft 2020-12) of the configuration file. */
export function settingsSchema(): Record<string, unknown> {
  const properties: Record<string, unknown> = {
    $schema: { type: 'string', description: 'Where an editor finds this schema.' },
  };
  for (const [name, setting] of Object.entries<Setting>(settingsTable)) {
    properties[name] = propertyOf(setting);
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:novate:settings',
    title: 'Settings of the clearing node',
    type: 'object',
    additionalProperties: false,
    properties,
  };
}

/** The schema as the file that is shipped. */
export function settingsSchemaText(): string {
  return `${JSON.stringify(settingsSchema(), null, 2)}\n`;
}

function propertyOf(setting: Setting): Record<string, unknown> {
  const description = setting.doc;
  switch (setting.kind) {
    case 'text': {
      const preset = setting.default === undefined ? {} : { default: setting.default };
      return { description, type: 'string', pattern: setting.pattern.source, ...preset };
    }
    case 'choice':
      return { description, enum: setting.values, default: setting.default };
    case 'flag':
      return { description, type: 'boolean', default: false };
    case 'count': {
      const { min: minimum, max: maximum, word } = setting;
      if (word === undefined) {
        return { description, type: 'integer', minimum, maximum, default: setting.default };
      }
      const anyOf = [{ type: 'integer', minimum, maximum }, { const: word }];
      return { description, anyOf, default: setting.default };
    }
  }
}
