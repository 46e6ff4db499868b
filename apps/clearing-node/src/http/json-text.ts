import { LineError, shownValue } from '#libs/wire';

/** An input has groups of plain fields; nothing is deeper. */
const DEPTH_MAX = 8;

export type JsonFields = Readonly<Record<string, unknown>>;

/**
 * The object that a JSON text holds. What is ambiguous is refused: a key given twice would be read
 * otherwise by other programs.
 * @throws LineError
 */
export function jsonObjectOf(text: string): JsonFields {
  checkStructure(text);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new LineError({ value: shownValue(text), rule: `is not JSON: ${detail.slice(0, 120)}` });
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    return json as JsonFields;
  }
  throw new LineError({ value: shownValue(json), rule: 'is not a JSON object' });
}

/** Depth and keys of a text that may not even be JSON; in one pass and without recursion. */
function checkStructure(text: string): void {
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|["[\]{}]/g;
  const keys: Set<string>[] = [];
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found, colon] = match;
    if (found === '"') return; // a string without an end: the parser says where
    if (found === '{' || found === '[') {
      if (keys.push(new Set()) > DEPTH_MAX) {
        throw new LineError({ rule: `is deeper than ${String(DEPTH_MAX)} levels` });
      }
    } else if (found === '}' || found === ']') keys.pop();
    else if (colon !== undefined) noteKey(keys.at(-1), found.slice(0, -colon.length));
  }
}

function noteKey(keys: Set<string> | undefined, quoted: string): void {
  let key: string;
  try {
    key = JSON.parse(quoted) as string;
  } catch {
    return; // no JSON: the parser says where
  }
  if (keys?.has(key) === true) {
    throw new LineError({ field: shownValue(key), rule: 'is given twice' });
  }
  keys?.add(key);
}
