import type { Json } from './json.js';
import type { Vector } from './vector-file.js';

/** The answer to one vector, in the shape of the file's `expected`. */
export type GroupMapper = (vector: Vector) => Json;
/** By group; '' for a file whose cases have none. */
export type FileMapper = Readonly<Record<string, GroupMapper>>;

/** What the product does not do, with the reason. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}
