import {
  BASIS,
  explainLevel,
  type LevelExplanation,
  NO_LOSS,
  RiskArrays,
  ScenarioEvaluation,
  type ScenarioParameters,
  ScenarioPortfolio,
} from '#libs/margin';
import { ArithmeticOverflow, formatDecimal } from '#libs/units';
import { CommandFailure, exitCodes } from '../failure.js';
import { formMoves, type MovesReport } from './form-moves.js';
import { type PortfolioForm, readPortfolio } from './portfolio-reader.js';
import { readParameters, readRulebookForm, type RulebookForm } from './rulebook-reader.js';

/** One level: `legs` and `charges` add up to `requirement` exactly. Amounts are decimal strings. */
export interface LevelReport {
  readonly requirement: string;
  readonly excess: string;
  readonly factor: string;
  readonly legs: readonly {
    readonly instrument: string;
    readonly lots: string;
    readonly component: number;
    readonly amount: string;
  }[];
  readonly charges: readonly { readonly name: string; readonly amount: string }[];
}

/** What `novate margin --json` prints. */
export interface MarginReport {
  readonly model: 'scenario';
  readonly currency: string;
  readonly cash: string;
  readonly markToMarket: string;
  readonly equity: string;
  readonly initial: LevelReport;
  readonly maintenance: LevelReport;
  /** By component: a place in `scenarios`, `basis`, or null where nothing is lost. */
  readonly worstScenarios: readonly (number | 'basis' | null)[];
  readonly scenarios: readonly {
    readonly priceShock: string;
    readonly volatility: string;
    readonly weight: string;
    readonly component: number;
    readonly gain: string;
  }[];
  readonly underlyings: readonly {
    readonly name: string;
    readonly gains: readonly string[];
    readonly basis: string;
    readonly roll: string;
  }[];
  readonly offsets: {
    readonly separateLoss: string;
    readonly jointLoss: string;
    readonly limit: string;
  };
  /** With `--moves`. */
  readonly moves?: MovesReport;
}

export interface MarginFile {
  readonly file: string;
  readonly content: string;
}

/** Both forms as they were read. */
export interface ReadForms {
  readonly rulebook: RulebookForm;
  readonly parameters: ScenarioParameters;
  readonly form: PortfolioForm;
}

/** Reads both forms. @throws CommandFailure for the first thing wrong */
export function readForms(rulebookFile: MarginFile, portfolioFile: MarginFile): ReadForms {
  const rulebook = readRulebookForm(rulebookFile.file, rulebookFile.content);
  const form = readPortfolio(portfolioFile.file, portfolioFile.content, rulebook);
  const parameters = readParameters(rulebook, form.names);
  for (const [at, instrument] of form.market.instruments.entries()) {
    if (instrument.kind !== 'published') continue;
    if (instrument.gains.length === parameters.scenarios.length) continue;
    throw new CommandFailure(
      exitCodes.badInput,
      `${portfolioFile.file}: market.instruments[${at}].gains has ${instrument.gains.length} members; ` +
        `it must have one for each of the ${parameters.scenarios.length} scenarios of the rulebook`,
    );
  }
  return { rulebook, parameters, form };
}

/** Reads both forms and computes the margin with the functions of libs/margin. */
export function marginReport(rulebookFile: MarginFile, portfolioFile: MarginFile): MarginReport {
  const { rulebook, parameters, form } = readForms(rulebookFile, portfolioFile);
  return withinRange(portfolioFile, () => {
    const arrays = RiskArrays.filled(parameters, form.market);
    const portfolio = new ScenarioPortfolio(arrays, form.legs, form.cashMinor);
    const evaluation = new ScenarioEvaluation(arrays);
    evaluation.evaluate(portfolio);
    return reportOf(evaluation, portfolio, { rulebook, form });
  });
}

/** The same, with how far the portfolio is from a breach when all prices move together. */
export async function marginReportWithMoves(
  rulebookFile: MarginFile,
  portfolioFile: MarginFile,
): Promise<MarginReport> {
  const report = marginReport(rulebookFile, portfolioFile);
  const { rulebook, parameters, form } = readForms(rulebookFile, portfolioFile);
  refuseImmovable(portfolioFile, form);
  try {
    return { ...report, moves: await formMoves(rulebook, parameters, form) };
  } catch (error) {
    throw asBadInput(portfolioFile, error);
  }
}

/** A published array is of the prices that it was published for: nothing says what it would be at others. */
function refuseImmovable({ file }: MarginFile, { market, legs }: PortfolioForm): void {
  const at = legs.findIndex(
    ({ instrument }) => market.instruments[instrument]?.kind === 'published',
  );
  if (at < 0) return;
  throw new CommandFailure(
    exitCodes.badInput,
    `${file}: positions[${at}] is of a contract with a published array, which no other prices are known for; ` +
      'leave --moves out, or take the position out',
  );
}

function withinRange<T>(portfolioFile: MarginFile, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    throw asBadInput(portfolioFile, error);
  }
}

/** An overflow as what is wrong with the files; any other error as it is. */
function asBadInput({ file }: MarginFile, error: unknown): unknown {
  if (!(error instanceof ArithmeticOverflow)) return error;
  return new CommandFailure(
    exitCodes.badInput,
    `${file}: an amount is beyond 2^53 units (${error.message}); lower minorDigits or riskDigits of the rulebook`,
  );
}

function reportOf(
  evaluation: ScenarioEvaluation,
  portfolio: ScenarioPortfolio,
  { rulebook, form }: { rulebook: RulebookForm; form: PortfolioForm },
): MarginReport {
  const { arrays, figures, risks, scan } = evaluation;
  const amount = (minor: number) => formatDecimal(minor, rulebook.minorDigits);
  const rate = (ppb: number) => trimmed(formatDecimal(ppb, 9));
  const level = (initial: boolean): LevelReport => {
    const explained = explainLevel(evaluation, portfolio, initial);
    return {
      requirement: amount(explained.requirementMinor),
      excess: amount(figures.equityMinor - explained.requirementMinor),
      factor: rate(explained.factorPpb),
      ...sharesOf(explained, form.instrumentNames, amount),
    };
  };
  return {
    model: 'scenario',
    currency: rulebook.currency,
    cash: amount(portfolio.cashMinor),
    markToMarket: amount(evaluation.markToMarketMinor),
    equity: amount(figures.equityMinor),
    initial: level(true),
    maintenance: level(false),
    worstScenarios: Array.from(scan.worst, (worst) =>
      worst === NO_LOSS ? null : worst === BASIS ? 'basis' : worst,
    ),
    scenarios: arrays.parameters.scenarios.map((scenario, s) => ({
      priceShock: rate(scenario.priceShockPpb),
      volatility: scenario.volatility,
      weight: rate(scenario.weightPpb),
      component: scenario.component,
      gain: amount(scan.gains[s] ?? 0),
    })),
    underlyings: form.names.underlyings.map((name, at) => ({
      name,
      gains: Array.from(risks[at]?.gains ?? [], amount),
      basis: amount(0 - (risks[at]?.basisMinor ?? 0)),
      roll: amount(risks[at]?.rollMinor ?? 0),
    })),
    offsets: {
      separateLoss: amount(scan.separateMinor),
      jointLoss: amount(scan.jointMinor),
      limit: amount(scan.limitMinor),
    },
  };
}

function sharesOf(
  { legs, charges }: LevelExplanation,
  names: readonly string[],
  amount: (minor: number) => string,
): Pick<LevelReport, 'legs' | 'charges'> {
  return {
    legs: legs.map(({ instrument, lots, component, amountMinor }) => ({
      instrument: names[instrument] ?? '',
      lots: String(lots),
      component,
      amount: amount(amountMinor),
    })),
    charges: charges.map(({ name, amountMinor }) => ({ name, amount: amount(amountMinor) })),
  };
}

/** A rate without the zeros behind its last digit. */
function trimmed(decimal: string): string {
  return decimal.replace(/\.?0+$/, '');
}
