import { invariant } from '#libs/units';
import type { RefTarget } from '#libs/events';
import type { Directory } from '#libs/events';

/** Names to dense ids and back, for every kind of thing; filled by `apply` alone. */
export class NameDirectory implements Directory {
  private readonly names = new Map<RefTarget, string[]>();
  private readonly ids = new Map<RefTarget, Map<string, number>>();

  idOf(target: RefTarget, name: string): number | undefined {
    return this.ids.get(target)?.get(name);
  }

  nameOf(target: RefTarget, id: number): string | undefined {
    return this.names.get(target)?.[id - 1];
  }

  /** Records that `id`, the next dense one, has this name. */
  add(target: RefTarget, id: number, name: string): void {
    const names = this.names.get(target) ?? [];
    const ids = this.ids.get(target) ?? new Map<string, number>();
    this.names.set(target, names);
    this.ids.set(target, ids);
    invariant(name !== '', 'a name is not empty');
    invariant(id === names.length + 1 && !ids.has(name), 'ids are dense and names unique');
    names.push(name);
    ids.set(name, id);
  }
}
