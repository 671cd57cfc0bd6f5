import type { GateResult } from '../../lib/documents/gate.ts';
import { changeText, shareText } from '../../lib/policy/words.ts';
import { formatFixed } from '../../lib/report/format-number.ts';
import { unbroken } from './text.ts';

/** The change, as a share too where a unit makes the number hard to judge, and its interval on a line below. */
export function changeCell({ change, unit, baseline }: GateResult): string {
  if (change === undefined) return '-';
  const { value, low, high } = change;
  const text =
    low === undefined || high === undefined ? signed([value], unit) : signed([value, low, high], unit);
  const share =
    unit !== undefined && baseline !== null && baseline !== 0
      ? `${unbroken(shareText(value, baseline))}, `
      : '';
  const said = `${share}${unbroken(text(value))}`;
  return low === undefined || high === undefined
    ? said
    : `${said}<br>${unbroken(`(${text(low)} to ${text(high)})`)}`;
}

const SIGNIFICANT = 4;
/** Below this, and far above, numbers are written with a power of ten. */
const PLAIN = { least: 1e-3, most: 1e6 } as const;

/** Writes changes with equally many decimals, as few as show all of them to four digits of the largest. */
function signed(values: readonly number[], unit: string | undefined): (value: number) => string {
  const size = Math.max(...values.map(Math.abs));
  if (unit !== undefined || !(size >= PLAIN.least && size < PLAIN.most))
    return (value) => changeText(value, unit);
  let decimals = Math.max(0, SIGNIFICANT - 1 - Math.floor(Math.log10(size)));
  while (decimals > 0 && values.every((value) => value.toFixed(decimals).endsWith('0'))) decimals--;
  return (value) => {
    const text = formatFixed(value, decimals);
    return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
  };
}
