import type { FileMapper } from './mapper.js';
import { black } from './mappers/black.js';

/*
 * How to add a mapper: one file in mappers/ that exports a `FileMapper`, and one line in `mappers`.
 *
 * A mapper turns a vector's inputs into arguments of the product's own functions, those that the engine
 * calls, and names their results as the published file does. It holds no formula and no expected
 * figure, sees none, and chooses by file name and group alone. It gives every key that its group has in
 * any case and the product computes (a bare value where the file has a bare value); the runner keeps
 * those that the case asks for. What the product cannot compute is left out; where that is all, throw
 * `Unsupported` with the reason, or leave the group out. Counts are pinned in pass-counts.json.
 */

/** Every mapper by the name of its vectors file. */
export const mappers: Readonly<Record<string, FileMapper>> = {
  'black.json': black,
};
