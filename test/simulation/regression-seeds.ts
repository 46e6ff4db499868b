/** Seeds under which something was found once, and what it was; they are run again in every test. */
export const regressionSeeds: readonly (readonly [number, string])[] = [];
