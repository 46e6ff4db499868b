import type { Setting } from './settings-table.js';

/** A setting is unknown or has a value it may not have; the message names both and the rule. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

export type RawValue = string | number | boolean;

/**
 * The value of a setting as it is used: a text, a count or a flag; the default when none is given.
 * @throws SettingsError naming the source, the value and the rule
 */
export function checkedValue(
  setting: Setting,
  value: RawValue | undefined,
  source: string,
): RawValue | undefined {
  if (value === undefined) return setting.kind === 'flag' ? false : setting.default;
  const text = String(value);
  switch (setting.kind) {
    case 'text':
      if (setting.pattern.test(text)) return text;
      throw wrong(source, text, setting.rule);
    case 'choice':
      if (setting.values.includes(text)) return text;
      throw wrong(source, text, `must be one of ${setting.values.join(', ')}`);
    case 'flag':
      if (/^(yes|true|1)$/.test(text)) return true;
      if (/^(no|false|0)$/.test(text)) return false;
      throw wrong(source, text, 'must be yes or no');
    case 'count': {
      if (text === setting.word) return text;
      const count = Number(text);
      if (/^\d+$/.test(text) && count >= setting.min && count <= setting.max) return count;
      const or = setting.word === undefined ? '' : ` or ${setting.word}`;
      const range = `from ${String(setting.min)} to ${String(setting.max)}`;
      throw wrong(source, text, `must be a whole number ${range}${or}`);
    }
  }
}

function wrong(source: string, value: string, rule: string): SettingsError {
  return new SettingsError(`${source} is ${value === '' ? 'empty' : value}; it ${rule}`);
}
