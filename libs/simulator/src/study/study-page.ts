import { type BookFigures, fitImpact } from './impact-fit.js';
import type { StudyNumbers } from './study-markets.js';
import type { MarketStudy } from './study.js';
import {
  againstTable,
  booksTable,
  figuresTable,
  variantsTable,
  whereNotBetter,
} from './study-table.js';
import type { Variant } from './study-variants.js';

export interface PageContent {
  readonly studies: readonly MarketStudy[];
  readonly numbers: StudyNumbers;
  readonly seeds: number;
  readonly variants: readonly Variant[];
  readonly variantSeeds: number;
  readonly book: BookFigures;
}

/** docs/liquidation-study.md: what was compared, on what, and with what result. */
export function studyPage(content: PageContent): string {
  const sections = [
    heading(content),
    results(content.studies),
    method(content),
    impact(content),
    variation(content),
    limits(),
  ];
  return `${sections.join('\n\n')}\n`;
}

function heading({ seeds, numbers }: PageContent): string {
  return `# Liquidation policies, compared on two collapses

Made by \`npm run study\`, tables and picture alike; not edited by hand. \`npm run study -- --help\` tells the
options. The real clearing house (\`libs/clearing-house\`, in process) goes through two collapses with
${seeds} drawn populations of ${numbers.accounts} accounts each, four times: under its own liquidation policy and under three
others that use the same house, the same accounts, the same prices and the same books.

- **ours**: the house's own plan ([rules](rules.md), section 8): the cheapest reductions that restore the target, at limits
  ${numbers.slippagePpm / 10_000} % from the mark; what did not fill in ${numbers.orderLifeS} s is planned anew. These two, and the target of
  ${numbers.targetPpm / 1e6} x maintenance, were chosen on seed 1 and on three that are not below; they hold for the slice as well.
- **close the whole account at market**: every position, at once, up to a third away from the mark.
- **pro-rata slice**: the smallest equal share of every position that restores the target, at our limits.
- **20 % then wait, then the rest**: a fifth of every position at market; 30 s later (at the next step of the
  study) who is below the target is closed out.

![Medians and spreads](liquidation-study.svg)

In the picture a dot is the median over the seeds, the line goes from the least to the most; less is better.`;
}

function results(studies: readonly MarketStudy[]): string {
  const parts = studies.map(({ title, policies, outcomes }) => {
    const worse = whereNotBetter(policies);
    const sentence =
      worse.length === 0
        ? 'By the median no policy has less of anything than ours.'
        : [
            '**Where ours is not best**, by the median:',
            '',
            ...worse.map((own) => `- ${own}`),
          ].join('\n');
    return [
      `## ${title}`,
      'Median over the seeds, in brackets least and most:',
      figuresTable(policies),
      'In how many seeds ours has less / the same / more:',
      againstTable(policies),
      sentence,
      'By the kind of book (`long` and `short` are the linear pool), over all seeds: bankrupted of those liquidated; shortfalls:',
      booksTable(outcomes),
    ].join('\n\n');
  });
  return parts.join('\n\n');
}

function method({ numbers }: PageContent): string {
  return `## What is run

**Prices.** Closes of 1-minute bars (19 May 2021, 10:00 to 16:00 UTC, steps of 10 s), and highs, lows and closes of 5-
and 15-minute bars (8 November 2022 12:00 to 10 November 06:00 UTC, steps of 60 s); straight between these points.
Source and checksums: [the data](../libs/simulator/data/README.md). They are the outside prices, the same for all.

**Accounts.** Two pools: \`linear\` (two thirds of the accounts: 70 % long, 30 % short of as much, leverage
log-uniform from 2 to 19) and portfolio margin under \`scenario\` (a third: carry books of perpetual and future,
longs with a put, longs half hedged with the future, collars, sold volatility with a delta hedge, outright longs;
deposits of 1.02 to 3 initial requirements). Sizes follow a power law. The long open interest of a coin is
${numbers.openInterestMinutes} minutes of its mean turnover in the bars. Nobody trades but liquidations; nobody pays in. Each pool has a
fund of 2 % of its deposits. Rates: \`libs/simulator/src/study/study-rulebooks.ts\`.

**Contracts.** Of each coin a perpetual, a future 30 days away (1 % above the coin; its premium follows a tenth of the coin's
move), a put 10 % below and a call 10 % above (implied volatility 100 %, raised by twice the coin's fall). These
relations are assumptions.

**Counted.** Notional of the coins in all liquidation fills; accounts whose default the house records; shortfalls paid by
the fund and beyond it; the largest displacement of a coin's price by liquidations; the healthy accounts that a
deleveraging ([rules](rules.md), section 10a; the same for every policy) took lots from, the makers apart, and what was given up by it; equity of all
accounts but the makers, first against last. Who closes whole positions at market leaves nothing to deleverage: what is
missing then is loss beyond the fund. Conservation of cash and contracts is asserted after every frame, and a
SHA-256 over population, prices and liquidity shows that all policies got the same.`;
}

function impact({ book, numbers }: PageContent): string {
  const { scale, exponent, rSquared, samples } = fitImpact(book);
  const { lasting, halfLifeS, indexWeight } = numbers;
  const rows = book.samples.map(({ notional, slippagePpm }) => {
    const flow = notional / book.turnoverAMinute;
    const law = (scale * book.volatilityOfAMinute * flow ** exponent) / (1 + exponent);
    return `| ${notional.toLocaleString('en-US')} | ${slippagePpm.toFixed(1)} | ${(law * 1e6).toFixed(1)} |`;
  });
  const responses = book.responses.map(
    ({ seconds, ppm, low, high }) =>
      `| ${seconds} | ${ppm.toFixed(0)} | ${low.toFixed(0)} to ${high.toFixed(0)} |`,
  );
  return `## Price impact

A flow of u = notional / turnover of a minute displaces a coin's price, in volatilities of a minute, by

    ${scale.toFixed(3)} x u^${exponent.toFixed(3)}    which passes: half of it is back after ${halfLifeS} s
    ${lasting.toFixed(2)} x u        which stays

down when it sells, up when it buys; turnover and volatility are those of the hour before, of the coin: so the law is carried
from coin to coin and day to day by volume and volatility (Almgren and others 2005; for Bitcoin Donier and
Bonart 2015). An order pays the mean along its way and begins where earlier ones left the price. The index, and so
the marks, have all of what stays and ${(indexWeight * 100).toFixed(0)} % of what passes: so liquidations cause liquidations. Futures have
30 %, options 5 % of the coin's liquidity in books of their own (an option costs 2 % of its value beside), and
whoever takes the other side of them hedges the delta in the perpetual at once.

**Fitted** are scale and exponent, by least squares on the logarithms of ${samples} sizes (R^2 ${rSquared.toFixed(3)}): medians over both sides
of the order book of Binance's BTCUSDT perpetual on 8 August 2024, 23:54 to 24:00 UTC, sampled each second, turnover
${(book.turnoverAMinute / 1e6).toFixed(1)} M USDT and volatility ${(book.volatilityOfAMinute * 1e6).toFixed(0)} ppm a minute. Sizes that the best price alone fills (below ten times
the smallest slippage) say nothing of depth and are left out.

| market order, USDT | slippage of the book, ppm | the law, ppm |
| --- | --- | --- |
${rows.join('\n')}

**Assumed** are what stays and how soon the rest is back: six minutes of one market are too few. The recording says this
of the mid after a million USDT of signed flow in one second (least squares, two standard errors):

| seconds later | move left, ppm | between |
| --- | --- | --- |
${responses.join('\n')}

A part is back within seconds, most of it is there for as long as it can be told from nothing; depth around the new
mid is what it was before within the second. What stays is linear, since another law would pay whoever buys in one
rhythm and sells in another (Huberman and Stanzl 2004); ${lasting.toFixed(2)} makes of an hour's sale at a tenth of the turnover a move of
${(lasting * 6).toFixed(1)} volatilities of a minute that stays, where the square-root law has about 2.4 at its end, and
between a third and two thirds of that remain (Bershova and Rakhlin 2013).`;
}

function variation({ variants, variantSeeds }: PageContent): string {
  return `## What hangs on what is assumed

19 May 2021 with one assumption changed at a time, ${variantSeeds} seeds, medians: notional liquidated, accounts bankrupted, loss to
the funds and to others, largest extra move of a price.

${variantsTable(variants.map(({ label, study }) => ({ label, outcomes: study.outcomes })))}`;
}

function limits(): string {
  return `## What it does not show

Sizes and leverage are drawn, not observed. Nobody pays in margin, quotes, or trades against the panic. One law of
impact from a calm book of one coin is carried to collapses, and each coin presses on its own price alone. Orders meet
the book at once, without delays or a venue's faults; those are tested elsewhere ([simulation](simulation.md)).
Take-overs by a backstop, halts and auctions are off for every policy.`;
}
