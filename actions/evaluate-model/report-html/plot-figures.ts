import { inlinePlot, type PlotFile } from '../../lib/plots/drawing.ts';
import { Html, html } from '../../lib/report/html.ts';

/** The section each plot stands in; the others are gathered in one of their own. */
const PLACES: readonly (readonly [section: string, file: RegExp])[] = [
  ['comparison', /^comparison\.svg$/],
  ['slices', /^slices\.svg$/],
  ['fairness', /^fairness-\d+\.svg$/],
  ['calibration', /^reliability\.svg$/],
  ['cost', /^latency\.svg$/],
];

const sectionOf = (file: string): string => PLACES.find(([, pattern]) => pattern.test(file))?.[0] ?? 'plots';

/** Wider plots scroll on a narrow screen instead of becoming too small to read. */
const NARROW = 520;

/** The plots of a section as figures of the page; `undefined` without any. */
export function plotFigures(plots: readonly PlotFile[], name: string): Html | undefined {
  const own = plots.filter(({ file }) => sectionOf(file) === name);
  if (own.length === 0) return undefined;
  return html`<div class="plots">${own.map((plot) => {
    const svg = inlinePlot(plot);
    const wide = Number(/width="([\d.]+)"/.exec(svg)?.[1] ?? 0) > NARROW;
    return html`<figure class="card plot${wide ? ' broad' : ''}" tabindex="0" role="group" aria-label="${plot.title}">${new Html(svg)}</figure>`;
  })}</div>`;
}
