import { catalogue, type Field, type MessageNamed } from '#libs/events';

type Terms = MessageNamed<'RulebookPublished'>['scenarioTerms'][number];

/** Every parameter of the `scenario` model at its default, which does nothing. */
export const neutralTerms = Object.fromEntries(
  Object.entries<Field>(catalogue.RulebookPublished.fields.scenarioTerms.fields).map(
    ([name, field]) => [name, ('default' in field ? field.default : undefined) ?? 0],
  ),
) as unknown as Terms;
