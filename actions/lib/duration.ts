const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** A hundred years: counted from any date, it still leads to one that there is. */
const LONGEST_MS = 36_525 * 86_400_000;

/** Milliseconds of a text such as `90s`, `15m`, `2.5h`; `undefined` when it is not one, or longer than a hundred years. */
export function parseDuration(text: string): number | undefined {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  const unitMs = UNIT_MS.get(unit);
  const length = Number(amount) * (unitMs ?? Number.NaN);
  return length <= LONGEST_MS ? length : undefined;
}

/** A length of time for people, in the largest unit that keeps a digit before the point: `350 ms`, `1.5 h`. */
export function durationText(ms: number): string {
  let text = `${ms} ms`;
  for (const [unit, unitMs] of UNIT_MS)
    if (ms >= unitMs) text = `${Number((ms / unitMs).toFixed(1))} ${unit}`;
  return text;
}
