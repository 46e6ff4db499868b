import type { AmountMinor, Lots, Ppm, PriceTicks, Unit } from '#libs/units';

declare const columnUnit: unique symbol;

/** The number of a column whose figures are of unit U; the tag exists for the compiler alone. */
export type Column<U extends Unit> = number & { readonly [columnUnit]: U };
/** The number of a column of ids, states, times or whatever has no unit of its own. */
export type PlainColumn = number & { readonly [columnUnit]?: never };

export type TicksColumn = Column<PriceTicks>;
export type LotsColumn = Column<Lots>;
export type MinorColumn = Column<AmountMinor>;
export type PpmColumn = Column<Ppm>;
