import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { filesBelow, pathsBelow, type SourceFile } from './source-tree.js';

/** File names in backticks that are looked for; what ends otherwise is taken for code. */
const fileName = /[\w-]\.(ts|mjs|md|svg|ya?ml|jsonl)$/;
const topFolder = /^(apps|libs|test|docs|examples|deploy|scripts|bin|\.ci|\.github)\//;
/** Made by programs, named in documents: not in the repository. */
const madeLater = /^(dist|\.novate|node_modules)\/|TYPE\.jsonl$/;

const withoutFences = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '');

/** The anchor that a heading gets: lower case, hyphens for spaces, punctuation left out. */
function anchorOf(heading: string): string {
  const plain = heading.replace(/[`*_]/g, '').trim().toLowerCase();
  return plain.replace(/[^\p{L}\p{N} -]/gu, '').replaceAll(' ', '-');
}

/** Links to files that are not there, or to headings that the file does not have. */
function linkProblems(document: SourceFile, textOf: (path: string) => string | undefined) {
  const links = withoutFences(document.text).matchAll(/\]\(([^()\s]+)\)/g);
  return [...links].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [target = '', anchor] = link.split('#');
    const path = target === '' ? document.path : normalize(join(dirname(document.path), target));
    const text = textOf(path);
    if (text === undefined) return [`${document.path}: ${link} is not there`];
    if (anchor === undefined) return [];
    const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
    return anchors.includes(anchor) ? [] : [`${document.path}: ${link} names no heading`];
  });
}

/** Paths in backticks that are neither a path from the root or the document nor the end of one. */
function mentionProblems(document: SourceFile, paths: readonly string[]): string[] {
  const mentions = withoutFences(document.text).matchAll(/`([A-Za-z0-9.][\w./-]*)`/g);
  return [...mentions].flatMap(([, mention = '']) => {
    const isPath = topFolder.test(mention) || fileName.test(mention);
    if (!isPath || madeLater.test(mention)) return [];
    const sought = mention.replace(/\/$/, '');
    const below = normalize(join(dirname(document.path), sought));
    const isThere = paths.some(
      (path) =>
        path === sought ||
        path === below ||
        path.endsWith(`/${sought}`) ||
        path.startsWith(`${sought}/`) ||
        path.startsWith(`${below}/`),
    );
    return isThere ? [] : [`${document.path}: \`${mention}\` is not there`];
  });
}

describe('documents', () => {
  const documents = filesBelow(['.'], /\.md$/);
  const paths = pathsBelow('.');
  const textOf = (path: string): string | undefined =>
    documents.find((document) => document.path === path)?.text ??
    (existsSync(path) ? '' : undefined);

  it('are found', () => {
    const found = documents.map(({ path }) => path);
    expect(found).toEqual(expect.arrayContaining(['README.md', 'docs/rules.md']));
  });

  it('link to what is there', () => {
    expect(documents.flatMap((document) => linkProblems(document, textOf))).toEqual([]);
  });

  it('name files that are there', () => {
    expect(documents.flatMap((document) => mentionProblems(document, paths))).toEqual([]);
  });
});

describe('a document', () => {
  const files: Record<string, string> = { 'docs/b.md': '# One `two`: three\n', 'README.md': '' };
  const of = (text: string): SourceFile => ({ path: 'docs/a.md', text });

  it.each([
    ['[b](b.md)', 0],
    ['[up](../README.md) and ![b](b.md#one-two-three)', 0],
    ['[out](https://example.org/b)', 0],
    ['```\n[x](gone.md)\n```\n', 0],
    ['[x](gone.md)', 1],
    ['[x](README.md)', 1],
    ['[x](b.md#four)', 1],
    ['[x](#four)', 1],
  ])('with the links %j has %i problems', (text, count) => {
    expect(
      linkProblems(of(text), (path) => (path === 'docs/a.md' ? text : files[path])),
    ).toHaveLength(count);
  });

  it.each([
    ['`libs/a/src/index.ts` and `src/index.ts` and `index.ts`', 0],
    ['`libs/a` and `libs/a/` and `x/y` and `npm test`', 0],
    ['`dist/main.js`', 0],
    ['`libs/b`', 1],
    ['`other.ts`', 1],
    ['`rc/index.ts`', 1],
  ])('with the files %j has %i problems', (text, count) => {
    expect(mentionProblems(of(text), ['libs/a/src/index.ts'])).toHaveLength(count);
  });
});
