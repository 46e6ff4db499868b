import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SourceFile {
  /** Relative to the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const notOurs = new Set(['node_modules', 'dist', 'coverage', '.git', '.novate']);

/** Paths of all files of the repository below `folder`, without what is installed or generated. */
export function pathsBelow(folder: string, root = '.'): string[] {
  const paths: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (notOurs.has(entry.name)) continue;
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) paths.push(...pathsBelow(path, root));
    else if (entry.isFile()) paths.push(path);
  }
  return paths.sort();
}

/** The files below `folders` whose path matches. */
export function filesBelow(folders: readonly string[], matching: RegExp): SourceFile[] {
  return folders
    .flatMap((folder) => pathsBelow(folder))
    .filter((path) => matching.test(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

export function lineCount(text: string): number {
  const newlines = text.split('\n').length - 1;
  return text.endsWith('\n') ? newlines : newlines + 1;
}
