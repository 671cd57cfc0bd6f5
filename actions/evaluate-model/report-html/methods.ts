import type { MetricsDocument } from '../../lib/documents/metrics.ts';
import { formatCount, formatNumber } from '../../lib/report/format-number.ts';
import { type Html, html } from '../../lib/report/html.ts';
import { type HtmlExtras, levelText, section } from './words.ts';

/** What each metric means, and the settings that make the same figures again. */
export function methodsSection(document: MetricsDocument, { describe }: HtmlExtras): Html {
  const { settings, dataset } = document;
  const names = [...new Set(document.metrics.map(({ name }) => name))];
  const described = names.flatMap((name) => {
    const about = describe(name);
    return about ? [{ name, ...about }] : [];
  });
  const entry = (name: string, value: string): Html => html`<dt>${name}</dt><dd>${value}</dd>`;
  return section(
    'methods',
    'How it was measured',
    html`<div class="card"><h3>Metrics</h3><dl class="definitions">${described.map(
      ({ name, title, definition }) =>
        html`<dt><code>${name}</code></dt><dd><b>${title}.</b> ${definition}</dd>`,
    )}</dl></div><div class="card below"><h3>Settings</h3><dl>${[
      entry(
        'confidence',
        `${levelText(document)}: so often an interval holds the true value when test sets are drawn again`,
      ),
      entry('resamples', formatCount(settings.resamples)),
      entry('seed', String(settings.seed)),
      ...(settings.threshold === undefined ? [] : [entry('threshold', formatNumber(settings.threshold))]),
      ...(settings.cluster === undefined
        ? []
        : [entry('cluster', `rows with the same ${settings.cluster} are drawn together`)]),
      entry('data digest', dataset.digest),
    ]}</dl></div>`,
  );
}
