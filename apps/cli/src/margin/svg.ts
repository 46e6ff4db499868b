export const INK = '#24292f';
export const MUTED = '#57606a';
export const GRID_LINE = '#d0d7de';
/** Colours of what is drawn twice. */
export const COLOURS = { hedged: '#0969da', unhedged: '#cf222e' } as const;

export interface Words {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly size: number;
  readonly fill?: string;
}

export function label({ x, y, text, anchor, size, fill }: Words): string {
  const colour = fill ?? (size > 13 ? INK : MUTED);
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="${colour}">${text}</text>`;
}

/** A whole picture; its parts are drawn in their order. */
export function svgDocument(width: number, height: number, parts: readonly string[]): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" font-family="system-ui, sans-serif">\n` +
    `<rect width="${width}" height="${height}" fill="#ffffff"/>\n${parts.join('\n')}\n</svg>\n`
  );
}

/** A number of at least four digits with commas between thousands. */
export function thousands(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}
