/** Seeds under which something was found once, and what it was; they are run again in every test. */
export const regressionSeeds: readonly (readonly [number, string])[] = [
  [34, 'a call was missed, and its account liquidated, on a price that had turned stale meanwhile'],
  [38, 'an order was issued when another one ran out, on a price that had turned stale meanwhile'],
  [41, 'the same, after the clock had been set forward by less than the set step'],
  [634, 'a start read a wrong byte, which was repaired before the start could say so'],
];
