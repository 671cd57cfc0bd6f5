import type { Html } from '../../../lib/report/html.ts';
import type { TrafficSample } from '../demo-record.ts';
import { LATEST } from '../live-traffic.ts';
import { html } from './html.ts';

const WIDTH = 1000;
const HEIGHT = 260;
const LEFT = 44;
const BOTTOM = 28;
const TOP = 12;

/** Who answered production's requests over time, as bands, and how often the answers were right, as a line. */
export function trafficChart(samples: readonly TrafficSample[]): Html {
  const versions = [...new Set(samples.flatMap(({ shares }) => Object.keys(shares)))].sort();
  const start = samples[0]?.atMs ?? 0;
  const end = Math.max(start + 1, samples.at(-1)?.atMs ?? 0);
  const x = (atMs: number) => round(LEFT + ((atMs - start) / (end - start)) * (WIDTH - LEFT - 8));
  const y = (percent: number) => round(TOP + (1 - percent / 100) * (HEIGHT - TOP - BOTTOM));
  const band = (index: number): string => {
    const below = ({ shares }: TrafficSample, count: number) =>
      versions.slice(0, count).reduce((sum, version) => sum + (shares[version] ?? 0), 0);
    const upper = samples.map((sample) => `${x(sample.atMs)},${y(below(sample, index + 1))}`);
    const lower = samples.map((sample) => `${x(sample.atMs)},${y(below(sample, index))}`).reverse();
    return [...upper, ...lower].join(' ');
  };
  const truth = samples.flatMap(({ atMs, accuracy }) =>
    accuracy === null ? [] : [`${x(atMs)},${y(accuracy * 100)}`],
  );
  const colors = ['var(--old)', 'var(--new)'];
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Traffic by version and accuracy over time">
${versions.map((_, index) => html`<polygon points="${band(index)}" fill="${colors[index % 2]}" opacity="0.35"/>`)}
${[0, 25, 50, 75, 100].map(
  (percent) =>
    html`<line x1="${LEFT}" x2="${WIDTH - 8}" y1="${y(percent)}" y2="${y(percent)}" stroke="var(--line)"/><text x="${LEFT - 8}" y="${y(percent) + 4}" text-anchor="end" font-size="12" fill="var(--quiet)">${percent} %</text>`,
)}
<polyline points="${truth.join(' ')}" fill="none" stroke="var(--ink)" stroke-width="2.5" stroke-linejoin="round"/>
${ticks(start, end).map(
  (at) =>
    html`<text x="${x(at)}" y="${HEIGHT - 8}" text-anchor="middle" font-size="12" fill="var(--quiet)">${at / 1000} s</text>`,
)}
</svg>
<p class="legend">${versions.map((version, index) => html`<span><i style="background:${colors[index % 2]};opacity:.5"></i>${version}</span>`)}<span><i style="background:var(--ink);height:3px;vertical-align:middle"></i>right answers among the latest ${LATEST}</span></p>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Full multiples of five or ten seconds between the ends, not more than a reader can tell apart. */
function ticks(startMs: number, endMs: number): readonly number[] {
  const every = endMs - startMs > 60_000 ? 10_000 : 5_000;
  const first = Math.ceil(startMs / every);
  return Array.from({ length: Math.floor(endMs / every) - first + 1 }, (_, index) => (first + index) * every);
}
