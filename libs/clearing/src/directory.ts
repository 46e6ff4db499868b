import { invariant } from '#libs/units';
import type { Directory, RefTarget } from '#libs/events';
import { NameList } from './name-list.js';

/** Names to dense ids and back, for every kind of thing; filled by `apply` alone. */
export class NameDirectory implements Directory {
  private readonly lists = new Map<RefTarget, NameList>();

  idOf(target: RefTarget, name: string): number | undefined {
    return this.lists.get(target)?.idOf(name);
  }

  nameOf(target: RefTarget, id: number): string | undefined {
    return this.lists.get(target)?.nameOf(id);
  }

  /** Records that `id`, the next dense one, has this name. */
  add(target: RefTarget, id: number, name: string): void {
    const list = this.lists.get(target) ?? new NameList();
    this.lists.set(target, list);
    invariant(id === list.count + 1, 'ids are dense');
    list.add(name);
  }
}
