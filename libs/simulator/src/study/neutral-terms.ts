import { catalogue, type Field, type MessageNamed } from '#libs/events';

type Rulebook = MessageNamed<'RulebookPublished'>;
export type ExecutionTerms = Rulebook['executionTerms'][number];
const { scenarioTerms, executionTerms } = catalogue.RulebookPublished.fields;

/** Every parameter of the `scenario` model at its default, which does nothing. */
export const neutralTerms = defaultsOf(scenarioTerms.fields) as Rulebook['scenarioTerms'][number];

/** Every execution term at its default, which switches its rule off. */
export const neutralExecution = defaultsOf(executionTerms.fields) as ExecutionTerms;

function defaultsOf(fields: Readonly<Record<string, Field>>): unknown {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      ('default' in field ? field.default : undefined) ?? 0,
    ]),
  );
}
