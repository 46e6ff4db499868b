import type { ExposureSumView, ExposureView, GreeksView } from '#libs/replay';
import { formatDecimal } from '#libs/units';
import type { Exposures } from './commands/replay.js';
import { textTable } from './text-table.js';

type Digits = Readonly<Record<string, number>>;

/** Greeks as a person reads them: a table for each of account, member and house that holds something. */
export function exposureParts({ account, member, house }: Exposures, digits: Digits): string[] {
  const parts: string[] = [];
  if (account !== undefined) parts.push(...tableOf(`of ${account.account}`, account, digits));
  if (member !== undefined) parts.push(...tableOf(`of member ${member.member}`, member, digits));
  return [...parts, ...tableOf('of the house', house, digits)];
}

function tableOf(whose: string, view: ExposureView, digits: Digits): string[] {
  if (view.instruments.length === 0) return [];
  const rows = view.byExpiry.flatMap((sum) => [
    [nameOf(sum), 'net', ...figures(sum.net, sum.currency, digits), sum.currency],
    ['', 'gross', ...figures(sum.gross, sum.currency, digits), ''],
  ]);
  const titles = ['delta', 'gamma', 'vega', 'theta', 'rho'];
  const columns = titles.map((title) => ({ title, right: true }));
  const head = [{ title: `exposures ${whose}` }, { title: '' }, ...columns, { title: '' }];
  const unpriced = view.instruments
    .filter(({ figures: own }) => own === null)
    .map(({ instrument, unpriced: why }) => `  not in it: ${instrument} (${why ?? ''})\n`);
  return [`${textTable(head, rows)}${unpriced.join('')}`];
}

function nameOf({ underlying, expiresAt }: ExposureSumView): string {
  return expiresAt === undefined || expiresAt === null
    ? underlying
    : `${underlying} ${expiresAt.slice(0, 10)}`;
}

function figures(greeks: GreeksView, currency: string, digits: Digits): string[] {
  const { deltaMinor, gammaMinor, vegaMinor, thetaMinor, rhoMinor } = greeks;
  return [deltaMinor, gammaMinor, vegaMinor, thetaMinor, rhoMinor].map((amount) =>
    formatDecimal(amount, digits[currency] ?? 0),
  );
}
