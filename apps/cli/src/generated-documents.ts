import { rejectionsMarkdown } from '#libs/clearing';
import { catalogueMarkdown } from '#libs/events';

export interface GeneratedDocument {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly text: () => string;
}

/** The pages of docs/ that are made from code; `novate docs` writes them, a test compares them. */
export const generatedDocuments: readonly GeneratedDocument[] = [
  { path: 'docs/events.md', text: catalogueMarkdown },
  { path: 'docs/rejections.md', text: rejectionsMarkdown },
];
