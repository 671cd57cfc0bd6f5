import type { Html } from '../../../lib/report/html.ts';
import { allSteps, type RunRecord } from '../../workflow/run-record.ts';
import { chip, seconds } from './chips.ts';
import { htmlDocument } from './document.ts';
import { html } from './html.ts';
import { renderMarkdown } from './markdown.ts';

/** A run's page: the job summaries that the actions wrote, and the log. */
export const runPage = (run: RunRecord, log: string): string =>
  htmlDocument(
    `${run.title}, run ${run.id}`,
    html`<p><a href="../index.html">← The demo</a></p>
<h1>${run.title}</h1>
<p class="lead">Run ${run.id} on ${run.event}, commit <span class="mono">${run.sha.slice(0, 7)}</span> ${chip(run.conclusion)} <span class="small">${seconds(run.durationMs)}</span></p>
${summaries(run)}
<section class="card"><h2>Log</h2><pre><code>${log}</code></pre></section>`,
  );

const summaries = (run: RunRecord): readonly Html[] =>
  run.jobs.flatMap((job) => {
    const written = allSteps(job.steps).filter(({ summary }) => summary.trim() !== '');
    if (written.length === 0) return [];
    return [
      html`<section class="card report"><header><h2>${job.name}</h2>${chip(job.conclusion)}</header>${written.map(
        ({ summary }) => renderMarkdown(summary, '../'),
      )}</section>`,
    ];
  });

export interface Report {
  readonly title: string;
  readonly markdown: string;
  /** The way to the folder of index.html. */
  readonly home: string;
  /** Paths of the plots beside the report. */
  readonly plots: readonly string[];
}

/** A Markdown report of an artifact as a page of its own, with its plots. */
export const reportPage = ({ title, markdown, home, plots }: Report): string =>
  htmlDocument(
    title,
    html`<p><a href="${home}index.html">← The demo</a></p><section class="card report">${renderMarkdown(markdown, home)}
<div class="plots">${plots.map((plot) => html`<img src="${plot}" alt="${plot}">`)}</div></section>`,
  );
