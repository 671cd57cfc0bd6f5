import type { HistoryPoint } from '../policy/history.ts';
import { contentHash } from '../report/content-hash.ts';
import { formatQuantity } from '../report/format-number.ts';
import { Html, html } from '../report/html.ts';
import { chip, VERDICT_TONE } from '../report/page-marks.ts';
import { PAGE_STYLE } from '../report/page-style.ts';
import { historyPath } from './history-file.ts';
import { historyPlot, type PlottedPoint, valueWords } from './history-plot.ts';

/** The history of one gate, oldest point first. */
export interface KeyHistory {
  readonly key: string;
  readonly points: readonly HistoryPoint[];
}

export interface HistoryPage {
  /** `owner/name`. */
  readonly repository: string;
  /** Web address of the repository; empty where there is none. */
  readonly repositoryUrl: string;
  readonly branch: string;
  readonly histories: readonly KeyHistory[];
  /** Keys that are kept on the branch and not shown. */
  readonly others: readonly string[];
}

/** Commits in a plot, rows in a table, and plots of a key: what keeps the page below a few megabytes. */
const PLOTTED = 200;
const LISTED = 50;
const METRICS = 40;

/**
 * One page without scripts that shows each metric over time. Everything it needs is in it, so that it is the same
 * from a disk and from GitHub Pages, and nothing in it can run, whatever a metric is called.
 */
export function historyPage(page: HistoryPage): string {
  const title = `Metrics of ${page.repository}`;
  return `${
    html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${contentHash(STYLE)}'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer"><title>${title}</title><style>${new Html(STYLE)}</style></head><body>
<a class="skip" href="#content">To the plots</a>
<header class="bar"><nav aria-label="Gates"><span class="name">${title}</span>${page.histories.map(
      ({ key }, index) => html`<a href="#gate-${index}">${key}</a>`,
    )}</nav></header>
<main id="content"><p class="quiet small legend">${LEGEND}</p>
${page.histories.map((history, index) => keySection(history, index, page))}
<footer><p>The gate writes this page on the branch <code>${page.branch}</code> after each run on the default branch. Its numbers, one JSON object a line: ${page.histories.map(
      ({ key }, index) =>
        html`${index === 0 ? '' : ', '}<a href="${historyPath(key)}">${historyPath(key)}</a>`,
    )}.</p>${othersLine(page.others)}</footer>
</main></body></html>`.markup
  }\n`;
}

const othersLine = (others: readonly string[]): Html =>
  others.length === 0
    ? html``
    : html`<p>Not shown: ${others.map(
        (key, index) => html`${index === 0 ? '' : ', '}<a href="${historyPath(key)}">${key}</a>`,
      )}.</p>`;

const LEGEND = html`Each point is a commit of the default branch, with its interval as a bar. <svg class="key" viewBox="0 0 12 12" aria-hidden="true"><circle class="good" cx="6" cy="6" r="3.2"/></svg> passed
<svg class="key" viewBox="0 0 12 12" aria-hidden="true"><circle class="good ring" cx="6" cy="6" r="3.2"/></svg> waived
<svg class="key" viewBox="0 0 12 12" aria-hidden="true"><path class="warn" d="M6 1L11 11H1Z"/></svg> warned or inconclusive
<svg class="key" viewBox="0 0 12 12" aria-hidden="true"><path class="bad" d="M1 1L11 11M1 11L11 1"/></svg> failed`;

const STYLE = `${PAGE_STYLE}
.trend{display:block;width:100%;height:auto;margin-top:.4rem}
.trend text{fill:var(--quiet);font-size:11px}
.grid-lines{stroke:var(--line);fill:none}
.range{stroke:var(--now);stroke-opacity:.35;stroke-width:3;fill:none}
.line{stroke:var(--now);stroke-width:1.6;fill:none}
circle.good{fill:var(--now)}
circle.ring{fill:var(--card);stroke:var(--now);stroke-width:1.6}
path.warn{fill:var(--warn)}
path.bad{stroke:var(--bad);stroke-width:2.2;fill:none}
.key{width:.8em;height:.8em;margin-left:.7em;vertical-align:-.05em}
details{margin-top:.5rem}summary{cursor:pointer;color:var(--quiet);font-size:.85rem}
h2,h3{overflow-wrap:anywhere}
article td{white-space:nowrap}
`;

function keySection({ key, points }: KeyHistory, index: number, page: HistoryPage): Html {
  const last = points.at(-1);
  const lines = metricLines(points);
  const shown = lines.slice(0, METRICS);
  return html`<section aria-labelledby="gate-${index}"><h2 id="gate-${index}">${key}</h2>
<p class="quiet">${formatQuantity(points.length, 'commit')}${last === undefined ? '' : html`, the newest ${commitLink(last.commit, page)} ${chip(VERDICT_TONE[last.verdict], last.verdict)}`}${points.length > PLOTTED ? `; the newest ${PLOTTED} are drawn` : ''}${lines.length > shown.length ? `; ${METRICS} of ${lines.length} metrics are shown` : ''}</p>
<div class="grid">${shown.map((line) => metricCard(line, page))}</div></section>`;
}

/** A metric, on all rows or on a slice, over the commits that have it. */
interface MetricLine {
  readonly name: string;
  readonly points: readonly PlottedPoint[];
}

/** The newest commit's metrics first, in its order; then those that it does not have any more. */
function metricLines(points: readonly HistoryPoint[]): readonly MetricLine[] {
  const lines = new Map<string, PlottedPoint[]>();
  for (const { commit, created, verdict, metrics } of points.slice(-PLOTTED).toReversed())
    for (const { name, slice, ...value } of metrics) {
      const label = slice === undefined ? name : `${name}, ${slice}`;
      const line = lines.get(label) ?? [];
      line.push({ commit, created, verdict, ...value });
      lines.set(label, line);
    }
  return [...lines].map(([name, newestFirst]) => ({ name, points: newestFirst.toReversed() }));
}

const metricCard = (
  { name, points }: MetricLine,
  page: HistoryPage,
): Html => html`<article class="card"><h3>${name}</h3>
${historyPlot(name, points)}
<details><summary>${points.length > LISTED ? `The newest ${LISTED} values` : 'The values'}</summary><div class="scroll"><table>
<thead><tr><th scope="col">Commit</th><th scope="col">Day</th><th scope="col" class="number">Value</th><th scope="col">Verdict</th></tr></thead>
<tbody>${points
  .slice(-LISTED)
  .toReversed()
  .map(
    (point) =>
      html`<tr><td>${commitLink(point.commit, page)}</td><td>${point.created.slice(0, 10)}</td><td class="number">${valueWords(point)}</td><td>${chip(VERDICT_TONE[point.verdict], point.verdict)}</td></tr>`,
  )}</tbody></table></div></details></article>`;

function commitLink(commit: string, { repositoryUrl }: HistoryPage): Html {
  const short = html`<code>${commit.slice(0, 7)}</code>`;
  return repositoryUrl === '' ? short : html`<a href="${repositoryUrl}/commit/${commit}">${short}</a>`;
}
