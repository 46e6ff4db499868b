import { environmentName } from './node-settings.js';
import { type Setting, settingsTable } from './settings-table.js';

/** What `npm start -- --help` prints. */
export function settingsHelp(): string {
  const lines = Object.entries<Setting>(settingsTable).flatMap(([name, setting]) => [
    `  --${name}${valueOf(setting)}`,
    `      ${setting.doc}${presetOf(setting)} [${environmentName(name)}]`,
  ]);
  return `Usage: npm start -- [settings]

The clearing node. Prints one JSON line {http, stream, binary, tokenFile, log} when it is ready and
logs JSON lines to stderr. SIGTERM and SIGINT stop it in order.

Settings, from the command line, else the environment [NAME], else the file, else the default:
  --config FILE
      JSON file with settings by these names; its schema is docs/settings.schema.json [NOVATE_CONFIG]
${lines.join('\n')}

Exit codes: 0 stopped in order; 2 a setting is wrong; 3 the disk, the log or a port failed.

Examples:
  npm start
  npm start -- --data-dir /var/lib/novate --port 8080 --listen /run/novate/publishers.sock
  npm start -- --port 0                            # free ports, named in the ready line
  npm start -- --config novate.json                # {"data-dir": "/var/lib/novate", "port": 8080}
  NOVATE_PORT=8080 npm start
  npm start -- --accept-time-jump                  # after an outage longer than time-step-max-s
`;
}

function valueOf(setting: Setting): string {
  switch (setting.kind) {
    case 'text':
      return ' TEXT';
    case 'choice':
      return ` ${setting.values.join('|')}`;
    case 'flag':
      return '';
    case 'count':
      return setting.word === undefined ? ' N' : ` N|${setting.word}`;
  }
}

function presetOf(setting: Setting): string {
  if (setting.kind === 'flag' || setting.default === undefined) return '';
  return ` (default ${String(setting.default)})`;
}
