import type { RefTarget } from './schema.js';

/** Names of the things that ids stand for. Ids are dense from 1 for each target. */
export interface Directory {
  /** The name of an id; undefined when there is no such thing (yet). */
  nameOf(target: RefTarget, id: number): string | undefined;
  /** The id of a name; undefined when nothing bears it. */
  idOf(target: RefTarget, name: string): number | undefined;
}
