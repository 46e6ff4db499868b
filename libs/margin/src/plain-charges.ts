/**
 * The fields of a rulebook that ask for nothing beyond its tiers, as in an input that leaves them out:
 * for programs that write whole rulebooks.
 */
export const plainCharges = { shortPutMaintenancePpm: 0, concentrations: [] } as const;
