import type { MetricValue } from '../../lib/documents/metrics.ts';
import { type Html, html } from '../../lib/report/html.ts';

/** How much room is left beside what an axis without an end must show. */
const ROOM = 1.25;

/**
 * A value and its interval on the range of the metric; where that has no end, on one that reaches to 0 and a little
 * beyond the interval.
 */
export function intervalBar(
  { value, ci }: Pick<MetricValue, 'value' | 'ci'>,
  [least, most]: readonly [number, number],
): Html | undefined {
  if (value === null) return undefined;
  const [low, high] = [ci?.low ?? value, ci?.high ?? value];
  const from = Number.isFinite(least) ? least : Math.min(0, low * ROOM);
  const to = Number.isFinite(most) ? most : Math.max(0, high * ROOM);
  if (!(to > from)) return undefined;
  const at = (x: number): number => Math.min(1, Math.max(0, (x - from) / (to - from)));
  return html`<svg class="interval" aria-hidden="true"><rect class="all" y="40%" width="100%" height="20%" rx="1"/>${
    ci === undefined
      ? undefined
      : html`<rect class="now" x="${percent(at(low))}" y="22%" width="${percent(Math.max(0.004, at(high) - at(low)))}" height="56%" rx="2"/>`
  }<line x1="${percent(at(value))}" x2="${percent(at(value))}" y1="0" y2="100%"/></svg>`;
}

const percent = (share: number): string => `${Math.round(share * 1_000) / 10}%`;
