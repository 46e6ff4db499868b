/** The first place at which a document is not what it should be. */
export interface DocumentDifference {
  /** `margin.positions[0].maintenanceMinor`; empty for the document itself. */
  readonly path: string;
  /** JSON text; absent where there is nothing. */
  readonly stated?: string;
  readonly recomputed?: string;
}

/** Leaves of a JSON document that were compared, and the first that differs. */
export interface Compared {
  readonly values: number;
  readonly difference: DocumentDifference | undefined;
}

/** Compares two JSON documents leaf by leaf: nothing may differ, be missing, or be there beside. */
export function compareDocuments(stated: unknown, recomputed: unknown): Compared {
  let values = 0;
  const visit = (own: unknown, should: unknown, path: string): DocumentDifference | undefined => {
    if (!isBranch(own) || !isBranch(should) || Array.isArray(own) !== Array.isArray(should)) {
      values += 1;
      return own === should
        ? undefined
        : { path, ...textOf('stated', own), ...textOf('recomputed', should) };
    }
    for (const key of new Set([...Object.keys(should), ...Object.keys(own)])) {
      const at = Array.isArray(should) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      const found = visit(own[key], should[key], at);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const difference = visit(stated, recomputed, '');
  return { values, difference };
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function textOf(name: 'stated' | 'recomputed', value: unknown): Partial<DocumentDifference> {
  return value === undefined ? {} : { [name]: JSON.stringify(value) };
}
