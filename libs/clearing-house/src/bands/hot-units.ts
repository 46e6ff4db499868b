import { invariant } from '#libs/units';

/** Units without a band, in no order: a list, and where in it each of them stands. */
export class HotUnits {
  count = 0;
  list = new Int32Array(1024);
  /** By unit, 1 + place in the list; 0 when it is not in it. */
  private places = new Int32Array(1024);

  /** Puts a unit into the list; nothing happens when it is there. */
  add(unit: number): void {
    if (unit >= this.places.length) this.grow(unit);
    if (this.places[unit] !== 0) return;
    invariant(this.count < this.list.length, 'a unit is hot once');
    this.list[this.count++] = unit;
    this.places[unit] = this.count;
  }

  /** Takes a unit out: the last one takes its place. */
  remove(unit: number): void {
    const { list, places } = this;
    const place = (places[unit] ?? 0) - 1;
    if (place < 0) return;
    invariant(place < this.count && list[place] === unit, 'a hot unit is where it says');
    const last = list[--this.count] ?? 0;
    list[place] = last;
    places[last] = place + 1;
    places[unit] = 0;
  }

  private grow(unit: number): void {
    const units = Math.max(unit + 1, this.places.length * 2);
    const list = new Int32Array(units);
    const places = new Int32Array(units);
    list.set(this.list);
    places.set(this.places);
    this.list = list;
    this.places = places;
  }
}
