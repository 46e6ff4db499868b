import { rejectionsMarkdown } from '#libs/clearing';
import { catalogueMarkdown } from '#libs/events';
import { withRolesTable } from '../../clearing-node/src/operations/roles-markdown.js';
import { settingsSchemaText } from '../../clearing-node/src/settings/settings-schema.js';
import type { Schema } from './margin/json-forms.js';
import { barsPicture } from './margin/bars-picture.js';
import { curvePicture, surfacePicture } from './margin/pictures.js';
import { portfolioSchema } from './margin/portfolio-schema.js';
import { reportSchema } from './margin/report-schema.js';
import { rulebookSchema } from './margin/rulebook-schema.js';

const schemaText = (schema: Schema) => (): string => `${JSON.stringify(schema, null, 2)}\n`;

export interface GeneratedDocument {
  /** Relative to the root of the repository. */
  readonly path: string;
  /** Of a page that is generated in part, `present` is what it says now. */
  readonly text: (present: string) => string;
}

/** The pages of docs/ that are made from code; `novate docs` writes them, a test compares them. */
export const generatedDocuments: readonly GeneratedDocument[] = [
  { path: 'docs/events.md', text: catalogueMarkdown },
  { path: 'docs/rejections.md', text: rejectionsMarkdown },
  { path: 'docs/api.md', text: withRolesTable },
  { path: 'docs/settings.schema.json', text: settingsSchemaText },
  { path: 'docs/margin-rulebook.schema.json', text: schemaText(rulebookSchema) },
  { path: 'docs/margin-portfolio.schema.json', text: schemaText(portfolioSchema) },
  { path: 'docs/margin-report.schema.json', text: schemaText(reportSchema) },
  { path: 'docs/margin-surface.svg', text: surfacePicture },
  { path: 'docs/margin-curve.svg', text: curvePicture },
  { path: 'docs/margin-hedge.svg', text: barsPicture },
];
