import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Bar, InvalidBars, readBars } from '#libs/simulator';
import { CommandFailure, exitCodes } from '../failure.js';
import { demoDataFile } from '../installation.js';

/** The bars of one symbol, with the fingerprint of what they were read from. */
export interface BarSource {
  readonly symbol: string;
  readonly file: string;
  readonly sha256: string;
  readonly bars: readonly Bar[];
}

/** Symbols become names of instruments and currencies. */
const SYMBOL = /^[A-Za-z0-9_.]{1,20}$/;
const demoFiles = ['btcusdt-1m-20210519.csv', 'ethusdt-1m-20210519.csv'] as const;

/** 19 May 2021: the minute bars that come with the program. */
export function demoMarket(): BarSource[] {
  return demoFiles.map((name) => readSource(symbolOf(name).toUpperCase(), demoDataFile(name)));
}

/**
 * Reads `[SYMBOL=]FILE[,...]`; without `SYMBOL=` the symbol is the file name up to the first `-`.
 * @throws CommandFailure (bad input) when a file cannot be read, or two have one symbol
 */
export function readMarket(text: string): BarSource[] {
  const sources: BarSource[] = [];
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    const file = part.slice(equals + 1);
    const symbol = equals < 0 ? symbolOf(file) : part.slice(0, equals);
    if (!SYMBOL.test(symbol)) {
      refuse(`${part}: "${symbol}" is no symbol (letters and digits, at most 20); use SYMBOL=FILE`);
    }
    const twin = sources.find((one) => one.symbol.toUpperCase() === symbol.toUpperCase());
    if (twin)
      refuse(`${twin.file} and ${file} are both of ${symbol}; tell them apart: SYMBOL=FILE`);
    sources.push(readSource(symbol, file));
  }
  return sources;
}

function symbolOf(file: string): string {
  return basename(file).split('-', 1)[0] ?? '';
}

function readSource(symbol: string, file: string): BarSource {
  try {
    const bytes = readFileSync(file);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const text = (isGzip ? gunzipSync(bytes) : bytes).toString('utf8');
    const sha256 = createHash('sha256').update(text).digest('hex');
    return { symbol, file, sha256, bars: readBars(text) };
  } catch (error) {
    if (error instanceof InvalidBars) return refuse(`${file}, ${error.message}`);
    return refuse(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function refuse(sentence: string): never {
  throw new CommandFailure(exitCodes.badInput, sentence);
}
