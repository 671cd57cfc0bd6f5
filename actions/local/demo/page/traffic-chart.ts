import type { TrafficSample } from '../demo-record.ts';
import { type Html, html } from './html.ts';

const WIDTH = 1000;
const HEIGHT = 260;
const LEFT = 44;
const BOTTOM = 28;
const TOP = 12;

/** Who answered production's requests over time, as bands, and how often the answers were right, as a line. */
export function trafficChart(samples: readonly TrafficSample[]): Html {
  const versions = [...new Set(samples.flatMap(({ shares }) => Object.keys(shares)))].sort();
  const end = Math.max(1, samples.at(-1)?.atMs ?? 1);
  const x = (atMs: number) => round(LEFT + (atMs / end) * (WIDTH - LEFT - 8));
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
${ticks(end).map(
  (at) =>
    html`<text x="${x(at)}" y="${HEIGHT - 8}" text-anchor="middle" font-size="12" fill="var(--quiet)">${at / 1000} s</text>`,
)}
</svg>
<p class="legend">${versions.map((version, index) => html`<span><i style="background:${colors[index % 2]};opacity:.5"></i>${version}</span>`)}<span><i style="background:var(--ink);height:3px;vertical-align:middle"></i>right answers among the latest 40</span></p>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

const ticks = (endMs: number): readonly number[] =>
  Array.from({ length: Math.floor(endMs / 5000) }, (_, index) => (index + 1) * 5000);
