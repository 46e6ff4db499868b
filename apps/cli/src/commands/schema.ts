import type { Command } from 'commander';
import type { MessageName } from '#libs/events';
import { CommandFailure, exitCodes } from '../failure.js';

interface Options {
  readonly input?: true;
  readonly list?: true;
  readonly sbe?: true;
}

type Events = typeof import('#libs/events');

function isMessage(events: Events, name: string): name is MessageName {
  return Object.hasOwn(events.catalogue, name);
}

function schemaOf(events: Events, name: MessageName, asInput: boolean): object {
  if (!asInput) return events.jsonSchemaOf(name);
  const definition = events.catalogue[name];
  if (definition.kind === 'input' || definition.kind === 'trade') {
    return events.inputJsonSchemaOf(definition.name);
  }
  throw new CommandFailure(
    exitCodes.badInput,
    `${name} is of kind ${definition.kind}: it is never sent, so it has no input schema`,
  );
}

/** The forms that commands read, by the names that `novate schema` prints them under. */
async function forms(): Promise<Readonly<Record<string, object>>> {
  const { rulebookSchema } = await import('../margin/rulebook-schema.js');
  const { portfolioSchema } = await import('../margin/portfolio-schema.js');
  return { MarginRulebook: rulebookSchema, MarginPortfolio: portfolioSchema };
}

/** All schemas as one document: `$defs` holds `X` as written and `XInput` as it may be sent. */
function allSchemas(events: Events, own: Readonly<Record<string, object>>): object {
  const definitions: Record<string, object> = { ...own };
  for (const { name, kind } of Object.values(events.catalogue)) {
    definitions[name] = events.jsonSchemaOf(name);
    if (kind === 'input' || kind === 'trade') {
      definitions[`${name}Input`] = events.inputJsonSchemaOf(name);
    }
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Novate events',
    $defs: definitions,
  };
}

async function printSchema(type: string | undefined, options: Options): Promise<void> {
  const events = await import('#libs/events');
  const own = await forms();
  const names = [...Object.keys(events.catalogue), ...Object.keys(own)];
  if (options.list) {
    process.stdout.write(`${names.join('\n')}\n`);
  } else if (options.sbe) {
    process.stdout.write(events.sbeXml());
  } else if (type === undefined) {
    process.stdout.write(`${JSON.stringify(allSchemas(events, own), null, 2)}\n`);
  } else if (own[type] !== undefined) {
    process.stdout.write(`${JSON.stringify(own[type], null, 2)}\n`);
  } else if (isMessage(events, type)) {
    const schema = schemaOf(events, type, options.input ?? false);
    process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
  } else {
    const sentence = `there is no type ${type}; \`novate schema --list\` names them`;
    throw new CommandFailure(exitCodes.badInput, sentence);
  }
}

export function register(program: Command): void {
  program
    .command('schema')
    .summary('print the JSON Schema of events and of the forms that commands read')
    .description(
      'Print the JSON Schema of TYPE, or of every event as one document. MarginRulebook and\n' +
        'MarginPortfolio are the forms of `novate margin`.',
    )
    .argument('[TYPE]', 'event type, such as TradeNovated')
    .option('--input', 'the form that is sent, without the envelope')
    .option('--list', 'only the names of the types, one a line')
    .option('--sbe', 'the binary layout of all types as FIX SBE XML')
    .option('--json', 'accepted for uniformity: the output is JSON anyway')
    .action(printSchema);
}
