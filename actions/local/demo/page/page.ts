import type { Html } from '../../../lib/report/html.ts';
import type { DemoRecord, DeploymentView, DispatchView, IssueView, SceneRecord } from '../demo-record.ts';
import { chip, seconds } from './chips.ts';
import { htmlDocument } from './document.ts';
import { html } from './html.ts';
import { ledgerTable } from './ledger-table.ts';
import { renderMarkdown } from './markdown.ts';
import { sceneCard } from './scene-card.ts';
import { trafficChart } from './traffic-chart.ts';

/** The page that shows the whole demo and links everything it left behind. */
export const demoPage = (demo: DemoRecord): string =>
  htmlDocument(
    'MLOps Actions: from pull request to production and back',
    html`<h1>From pull request to production and back</h1>
<p class="lead">A model that tells penguins apart, its data contract and its gates, in the repository ${demo.repository}.
The example workflows took it through its life, on this machine, in ${seconds(demo.durationMs)}.</p>
<ol class="timeline">${demo.scenes.map(timelineEntry)}</ol>
<section class="card"><h2>Production, second by second</h2>
<p class="quiet">Which version answered how much of the traffic, and how often the answers were right once the truth was known.</p>
${trafficChart(demo.traffic)}</section>
${demo.scenes.map((scene) => sceneCard(scene, demo.artifacts))}
<section class="card" id="incident"><h2>The incident, and what it asked for</h2>${demo.issues.map(issueView)}${demo.dispatches.map(dispatchView)}</section>
<section class="card" id="ledger"><h2>The ledger</h2>
<p>Every change of a version or an environment, on the branch <code>mlops-registry</code>. Each entry carries the hash
of the one before, so that history cannot be rewritten unnoticed.</p>
${ledgerTable(demo.ledger)}</section>
<section class="card" id="deployments"><h2>Deployments</h2>${deploymentTable(demo.deployments)}</section>
<footer>Made by <code>npm run demo</code> at ${demo.started.slice(0, 16).replace('T', ' ')} UTC. Everything on this page
happened on this machine; nothing was sent anywhere.</footer>`,
  );

const isMet = (scene: SceneRecord): boolean => scene.expectations.every(({ met }) => met);

const timelineEntry = (scene: SceneRecord): Html =>
  html`<li><a href="#scene-${scene.number}" class="${isMet(scene) ? 'met' : 'missed'}"><strong>${scene.number}. ${scene.title}</strong>
<span class="small quiet">${scene.outcome}</span><br><span class="chip ${isMet(scene) ? 'good' : 'bad'}">${
    isMet(scene) ? 'as expected' : 'not as expected'
  }</span></a></li>`;

const issueView = ({ number, title, body, labels, comments }: IssueView): Html =>
  html`<h3>#${number} ${title} ${labels.map(chip)}</h3>
<div class="frame"><div class="bar">github-actions <span class="quiet">opened this</span></div><div class="body">${renderMarkdown(body)}</div></div>
${comments.map((comment) => html`<div class="frame"><div class="bar">github-actions <span class="quiet">commented</span></div><div class="body">${renderMarkdown(comment)}</div></div>`)}`;

const dispatchView = ({ workflow, inputs }: DispatchView): Html =>
  html`<h3>Retraining was asked for: <span class="mono">${workflow}</span></h3><div class="table"><table><tbody>${Object.entries(
    inputs,
  ).map(
    ([name, value]) => html`<tr><td class="mono">${name}</td><td>${value}</td></tr>`,
  )}</tbody></table></div>`;

const deploymentTable = (deployments: readonly DeploymentView[]): Html =>
  html`<div class="table"><table><thead><tr><th class="number">Id</th><th>Environment</th><th>Description</th><th>States</th></tr></thead><tbody>${deployments.map(
    ({ id, environment, description, states }) =>
      html`<tr><td class="number">${id}</td><td><b>${environment}</b></td><td>${description}</td><td>${states.map((state) => html`${chip(state)} `)}</td></tr>`,
  )}</tbody></table></div>`;
