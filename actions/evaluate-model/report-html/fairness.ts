import type { Fairness, MetricValue } from '../../lib/documents/metrics.ts';
import { formatCount, formatQuantity } from '../../lib/report/format-number.ts';
import { type Html, html } from '../../lib/report/html.ts';
import { intervalText, scrollCard, section, valueCell } from './words.ts';

/** The gaps between groups, and what each group gets. */
export const fairnessSection = (fairness: readonly Fairness[], plots: Html | undefined): Html =>
  section(
    'fairness',
    'Fairness',
    html`<p class="quiet">How far groups lie apart. A difference of 0 and a ratio of 1 mean that they do not; which gap matters is a question of what the model is used for.</p>${fairness.map(
      (one) =>
        html`<h3 class="below">By <code>${one.by}</code></h3>${gapsTable(one)}${groupsTable(one)}${excluded(one)}`,
    )}${plots}`,
  );

const between = ({ params }: MetricValue): Html | undefined => {
  const [least, most] = [params?.['min_group'], params?.['max_group']];
  return least === undefined || most === undefined
    ? undefined
    : html`<code>${String(least)}</code> and <code>${String(most)}</code>`;
};

const gapsTable = ({ by, gaps }: Fairness): Html | undefined =>
  gaps.length === 0
    ? undefined
    : scrollCard(
        `Gaps by ${by}`,
        html`<table class="metrics"><thead><tr><th scope="col">Gap</th><th scope="col" class="number">Value</th><th scope="col" class="number">Interval</th><th scope="col">Method</th><th scope="col">Between the lowest and the highest</th></tr></thead><tbody>${gaps.map(
          (gap) =>
            html`<tr><th scope="row"><code>${gap.name}</code></th><td class="number"><b>${valueCell(gap)}</b></td>${
              gap.value === null
                ? html`<td colspan="3" class="quiet why">${gap.undefined ?? 'no value'}</td>`
                : html`<td class="number">${intervalText(gap)}</td><td>${gap.ci?.method ?? ''}</td><td>${between(gap)}</td>`
            }</tr>`,
        )}</tbody></table>`,
      );

function groupsTable({ by, groups }: Fairness): Html | undefined {
  const names = [...new Set(groups.flatMap(({ metrics }) => metrics.map(({ name }) => name)))];
  if (groups.length === 0) return undefined;
  return scrollCard(
    `Groups of ${by}`,
    html`<table class="metrics"><thead><tr><th scope="col">Group</th><th scope="col" class="number">n</th>${names.map(
      (name) => html`<th scope="col" class="number">${name}</th>`,
    )}</tr></thead><tbody>${groups.map(
      ({ group, n, metrics }) =>
        html`<tr><th scope="row">${group}</th><td class="number">${formatCount(n)}</td>${names.map((name) => {
          const metric = metrics.find((one) => one.name === name);
          return html`<td class="number">${metric && valueCell(metric)}${
            metric?.ci === undefined
              ? undefined
              : html`<br><span class="quiet small">${intervalText(metric)}</span>`
          }</td>`;
        })}</tr>`,
    )}</tbody></table>`,
  );
}

const excluded = ({ excluded: groups }: Fairness): Html | undefined =>
  groups.length === 0
    ? undefined
    : html`<p class="quiet">Not compared: ${groups.map(({ group, n, reason }, index) => html`${index > 0 ? '; ' : ''}<code>${group}</code> (${formatQuantity(n, 'row')}, ${reason})`)}</p>`;
