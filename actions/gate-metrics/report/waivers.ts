import type { WaiverUse } from '../../lib/documents/gate.ts';
import { numberText } from '../../lib/policy/words.ts';
import { dayOf, joined, userText } from './text.ts';

/** Who excuses a gate, why and until when. */
function terms({ owner, reason, expires, maxValueLoss, source, line }: WaiverUse): string {
  const where =
    source === 'label' ? 'by label' : line === undefined ? 'in the file' : `in the file, line ${line}`;
  return joined(
    [
      `granted by ${userText(owner)} ${where}`,
      `until ${dayOf(expires)}`,
      maxValueLoss === undefined ? '' : `for a loss of at most ${numberText(maxValueLoss)}`,
      `because: ${reason === '' ? 'no reason was given' : userText(reason, 400)}`,
    ],
    ', ',
  );
}

/** The waivers that excuse a gate, one Markdown text each. */
export const usedWaivers = (waivers: readonly WaiverUse[]): readonly string[] =>
  waivers
    .filter(({ state }) => state === 'used')
    .map((waiver) => `${userText(waiver.gate)}: ${terms(waiver)}`);

/** Waivers that no gate needs any more: they can go. */
export const unusedWaivers = (waivers: readonly WaiverUse[]): readonly string[] =>
  waivers
    .filter(({ state }) => state === 'unused')
    .map(
      (waiver) =>
        `The waiver of ${userText(waiver.gate)} was not needed: ${terms(waiver)}. It can be taken away.`,
    );

const LOUD = {
  expired: 'has expired',
  exceeded: 'does not cover this loss',
  refused: 'does not count',
} as const;

/** Waivers that were meant to excuse a gate and do not, one Markdown text each. */
export const brokenWaivers = (waivers: readonly WaiverUse[]): readonly string[] =>
  waivers.flatMap((waiver) => {
    if (waiver.state === 'used' || waiver.state === 'unused') return [];
    const said = `**The waiver of ${userText(waiver.gate)} ${LOUD[waiver.state]}**`;
    return [`${said}: ${userText(waiver.message, 320)} (${terms(waiver)})`];
  });
