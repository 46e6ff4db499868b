import {
  compareProducts,
  divideFloor,
  getInt64,
  mix48,
  multiplyDivideCeil,
  multiplyDivideFloor,
  multiplyDivideHalfUp,
  putInt64,
} from '#libs/units';

export interface Operands {
  /** Integers of up to 24 bits, from 1. */
  readonly narrow: Float64Array;
  /** Integers of 52 and 53 bits. */
  readonly wide: Float64Array;
  /** `wide` plus one. */
  readonly wideNext: Float64Array;
  readonly view: DataView;
  /** The arrays have mask + 1 elements, a power of two. */
  readonly mask: number;
}

type Kernel = (operands: Operands, calls: number) => number;

/*
 * Each kernel has a loop of its own: a shared loop with a callback would measure the callback,
 * which boxes every double that it returns.
 */

function loopAloneCalls({ wide, mask }: Operands, calls: number): number {
  let sum = 0;
  for (let i = 0; i < calls; i += 1) {
    sum += wide[i & mask]! & 1;
  }
  return sum;
}

function divideFloorCalls({ narrow, wide, mask }: Operands, calls: number): number {
  let sum = 0;
  for (let i = 0; i < calls; i += 1) {
    sum += divideFloor(wide[i & mask]!, narrow[i & mask]!) & 255;
  }
  return sum;
}

function multiplyDivideFloorNarrowCalls({ narrow, mask }: Operands, calls: number): number {
  let sum = 0;
  for (let i = 0; i < calls; i += 1) {
    sum += multiplyDivideFloor(narrow[i & mask]!, narrow[(i ^ 5) & mask]!, 1_000_000) & 255;
  }
  return sum;
}

function multiplyDivideFloorWideCalls({ narrow, wide, mask }: Operands, calls: number): number {
  let sum = 0;
  for (let i = 0; i < calls; i += 1) {
    sum += multiplyDivideFloor(wide[i & mask]!, narrow[i & mask]!, wide[(i ^ 9) & mask]!) & 255;
  }
  return sum;
}

function multiplyDivideCeilWideCalls({ narrow, wide, mask }: Operands, calls: number): number {
  let sum = 0;
  for (let i = 0; i < calls; i += 1) {
    sum += multiplyDivideCeil(wide[i & mask]!, narrow[i & mask]!, wide[(i ^ 9) & mask]!) & 255;
  }
  return sum;
}

function multiplyDivideHalfUpWideCalls({ narrow, wide, mask }: Operands, calls: number): number {
  let sum = 0;
  for (let i = 0; i < calls; i += 1) {
    sum += multiplyDivideHalfUp(wide[i & mask]!, narrow[i & mask]!, wide[(i ^ 9) & mask]!) & 255;
  }
  return sum;
}

function compareProductsApartCalls({ wide, mask }: Operands, calls: number): number {
  let sum = 0;
  for (let i = 0; i < calls; i += 1) {
    sum +=
      compareProducts(
        wide[i & mask]!,
        wide[(i ^ 3) & mask]!,
        wide[(i ^ 9) & mask]!,
        wide[i & mask]!,
      ) & 255;
  }
  return sum;
}

function compareProductsAlikeCalls({ wide, wideNext, mask }: Operands, calls: number): number {
  let sum = 0;
  for (let i = 0; i < calls; i += 1) {
    sum +=
      compareProducts(wide[i & mask]!, wideNext[i & mask]!, wideNext[i & mask]!, wide[i & mask]!) &
      255;
  }
  return sum;
}

function mix48Calls({ wide, mask }: Operands, calls: number): number {
  let sum = 0;
  for (let i = 0; i < calls; i += 1) {
    sum = mix48(sum, wide[i & mask]!);
  }
  return sum;
}

function putGetInt64Calls({ wide, view, mask }: Operands, calls: number): number {
  let sum = 0;
  for (let i = 0; i < calls; i += 1) {
    putInt64(view, (i & mask) * 8, wide[i & mask]!);
    sum += getInt64(view, ((i ^ 1) & mask) * 8) & 255;
  }
  return sum;
}

function bigIntMultiplyDivideWideCalls({ narrow, wide, mask }: Operands, calls: number): number {
  let sum = 0;
  for (let i = 0; i < calls; i += 1) {
    sum +=
      Number(
        (BigInt(wide[i & mask]!) * BigInt(narrow[i & mask]!)) / BigInt(wide[(i ^ 9) & mask]!),
      ) & 255;
  }
  return sum;
}

export const kernels: readonly (readonly [string, Kernel])[] = [
  ['loopAlone', loopAloneCalls],
  ['divideFloor', divideFloorCalls],
  ['multiplyDivideFloorNarrow', multiplyDivideFloorNarrowCalls],
  ['multiplyDivideFloorWide', multiplyDivideFloorWideCalls],
  ['multiplyDivideCeilWide', multiplyDivideCeilWideCalls],
  ['multiplyDivideHalfUpWide', multiplyDivideHalfUpWideCalls],
  ['compareProductsApart', compareProductsApartCalls],
  ['compareProductsAlike', compareProductsAlikeCalls],
  ['mix48', mix48Calls],
  ['putGetInt64', putGetInt64Calls],
  ['bigIntMultiplyDivideWide', bigIntMultiplyDivideWideCalls],
];
