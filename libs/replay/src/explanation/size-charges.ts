import type { HouseState } from '#libs/clearing-house';
import { openInterestMinor, premiumPpm, type Rulebook, slippagePpm } from '#libs/margin';
import { I } from '#libs/market';
import { type Lots, sizeOf } from '#libs/units';

/** What the class of an instrument charges for size beside its tiers, in words (rules.md 6). */
export function sizeCharges(
  { instruments }: HouseState,
  rulebook: Rulebook,
  id: number,
  lots: Lots,
): { charges?: string } {
  const charges = rulebook.concentration(instruments.get(id, I.marginClass));
  if (charges === undefined) return {};
  const size = sizeOf(lots);
  const words: string[] = [];
  if (charges.openInterestToMinor > 0) {
    const { openInterestFromMinor: from, openInterestToMinor: to } = charges;
    const interest = String(openInterestMinor(instruments, id));
    words.push(
      `initial rates raised by an open interest of ${interest} (${String(from)}..${String(to)})`,
    );
  }
  if (charges.sizePremiumPpm > 0) {
    const premium = String(premiumPpm(charges, size));
    words.push(
      `a premium of ${premium} ppm beside ${String(charges.sizePremiumBasePpm)} ppm of the tiers`,
    );
  }
  if (charges.closeOutSlippagePpm > 0) {
    words.push(`slippage of ${String(slippagePpm(charges, size))} ppm`);
  }
  return words.length === 0 ? {} : { charges: words.join('; ') };
}
