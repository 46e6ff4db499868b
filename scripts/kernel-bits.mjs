#!/usr/bin/env node
// Computes the golden lines of the kernels (test/golden/kernels/bits.txt) with the compiled library and
// prints a digest of them: `kernel-bits.mjs`. Exit code 1 when a bit differs from the file. With
// `--write` it completes lines that have no results yet, and changes no other.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import * as pricing from '#libs/pricing';
import { recomputed } from '../test/golden/kernels/kernel-lines.mjs';

const file = new URL('../test/golden/kernels/bits.txt', import.meta.url);
const golden = readFileSync(file, 'utf8');
const computed = recomputed(pricing, golden);
const lines = computed.split('\n');
const different = golden.split('\n').filter((line, at) => !lines[at].startsWith(line)).length;
if (process.argv[2] === '--write' && different === 0) writeFileSync(file, computed);
const complete = process.argv[2] === '--write' || computed === golden;
const digest = createHash('sha256').update(computed).digest('hex');
process.stdout.write(`${lines.length - 1} lines, ${different} differ, digest ${digest}\n`);
if (different > 0 || !complete) process.exitCode = 1;
