import { basename } from 'node:path';
import type { Html } from '../../../lib/report/html.ts';
import { allSteps, type JobRecord, type RunRecord } from '../../workflow/run-record.ts';
import type {
  CheckView,
  Expectation,
  PullRequestView,
  SceneRecord,
  UnpackedArtifact,
} from '../demo-record.ts';
import { shortName } from '../run-facts.ts';
import { chip, seconds } from './chips.ts';
import { html } from './html.ts';
import { renderMarkdown } from './markdown.ts';

/** One scene: what happened, what was expected, and everything it left behind. */
export const sceneCard = (scene: SceneRecord, artifacts: readonly UnpackedArtifact[]): Html =>
  html`<section class="card" id="scene-${scene.number}">
<header><h2>${scene.number}. ${scene.title}</h2><span class="quiet small">${seconds(scene.durationMs)}</span></header>
<p>${scene.story}</p>
<h3>What was expected</h3>
<ul class="expectations">${scene.expectations.map(expectation)}</ul>
${scene.pullRequest && pullRequest(scene.pullRequest)}
${scene.runs.map((run) => runView(run, artifacts))}
</section>`;

const expectation = ({ text, met, found }: Expectation): Html =>
  html`<li class="${met ? 'met' : 'missed'}"><span class="mark">${met ? '✓' : '✗'}</span><span>${text}${
    met ? undefined : html` <span class="small">(found: ${found})</span>`
  }</span></li>`;

const pullRequest = ({ number, title, branch, comments, checks }: PullRequestView): Html =>
  html`<h3>Pull request #${number}: ${title} <span class="quiet small mono">${branch}</span></h3>
${comments.map(
  (
    comment,
  ) => html`<div class="frame"><div class="bar">github-actions <span class="quiet">commented</span></div>
<div class="body">${renderMarkdown(comment)}</div></div>`,
)}
${checks.map(checkView)}`;

const checkView = ({ name, conclusion, title, annotations }: CheckView): Html =>
  html`<h3>Check “${name}” ${chip(conclusion)}</h3><p>${title}</p>
${annotations.map(({ path, line, level, message }) => annotation(level, `${path}:${line}`, message))}`;

const annotation = (level: string, place: string, message: string): Html =>
  html`<div class="annotation ${level === 'failure' ? 'error' : level}"><span class="mono">${place}</span> ${message}</div>`;

function runView(run: RunRecord, artifacts: readonly UnpackedArtifact[]): Html {
  const own = artifacts.filter((artifact) => artifact.run === run.id);
  return html`<h3>Run ${run.id}: ${run.workflow.name} ${chip(run.conclusion)}
<span class="quiet small mono">${run.event} · ${basename(run.workflow.file)}</span></h3>
<div class="table"><table><thead><tr><th>Job</th><th>Result</th><th>Steps</th><th>Token may</th><th class="number">Time</th></tr></thead>
<tbody>${run.jobs.map(jobRow)}</tbody></table></div>
${annotationsOf(run)}
<p class="links"><a href="runs/${run.id}.html">Summary and log</a>${own.map(artifactLinks)}</p>`;
}

const jobRow = (job: JobRecord): Html =>
  html`<tr><td><b>${job.name}</b></td><td>${chip(job.conclusion)}</td>
<td>${job.steps.filter(({ conclusion }) => conclusion !== 'skipped').map(({ name }, index) => `${index === 0 ? '' : ' → '}${shortName(name)}`)}</td>
<td class="quiet">${
    Object.entries(job.permissions)
      .filter(([, level]) => level !== 'none')
      .map(([scope, level]) => `${scope}: ${level}`)
      .join(', ') || 'nothing'
  }</td>
<td class="number">${seconds(job.durationMs)}</td></tr>`;

function annotationsOf(run: RunRecord): Html | undefined {
  const all = run.jobs.flatMap(({ steps }) => allSteps(steps)).flatMap(({ annotations }) => annotations);
  const placed = all.filter(({ file }) => file !== undefined);
  if (placed.length === 0) return undefined;
  return html`<details ${placed.length > 0 && run.conclusion === 'failure' ? 'open' : ''}><summary>${placed.length} annotations on lines of files</summary>
${placed.map(({ level, file, line, title, message }) => annotation(level, `${file}:${line ?? 1}`, `${title ? `${title}: ` : ''}${message}`))}</details>`;
}

const artifactLinks = ({ name, files }: UnpackedArtifact): Html =>
  html`<span><b>${name}</b> ${files
    .filter((file) => /\.(md|html|json)$/.test(file))
    .map((file) => html`<a href="${file.replace(/\.md$/, '.html')}">${file.split('/').at(-1)}</a> `)}</span>`;
