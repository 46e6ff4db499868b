/** Numbers under these names are amounts, prices, quantities or sequences: decimal strings in JSON. */
const DECIMAL =
  /(Minor|Ticks|Lots|Micros|Ppb|Ppt|[sS]equence|Order)$|^(frame|cause|order|from|to|breach|call|head|ledTo)$/;

/** Plain data as this program prints JSON: exact numbers as decimal strings, counts as numbers. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) =>
    typeof inner === 'number' && DECIMAL.test(key) ? String(inner) : inner,
  );
}

/** Prints the one JSON document of a command. */
export function printJson(value: unknown): void {
  process.stdout.write(`${printableJson(value)}\n`);
}
