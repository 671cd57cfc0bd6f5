import type { MetricsDocument } from '../../lib/documents/metrics.ts';
import type { PlotFile } from '../../lib/plots/drawing.ts';
import { contentHash } from '../../lib/report/content-hash.ts';
import { Html, html } from '../../lib/report/html.ts';
import { comparisonSection } from './comparison.ts';
import { fairnessSection } from './fairness.ts';
import { methodsSection } from './methods.ts';
import { metricsTable } from './metrics-table.ts';
import { modelFilesSection } from './model-files.ts';
import { overviewSection } from './overview.ts';
import { plotFigures } from './plot-figures.ts';
import { slicesSection } from './slices.ts';
import { STYLE } from './style.ts';
import { type HtmlExtras, overallMetrics, section } from './words.ts';

/** Metrics that say whether probabilities can be believed. */
const CALIBRATION = /^(ece|ace|mce|brier_.*|calibration_.*|log_loss|d2_(log_loss|brier).*)$/;

/**
 * The evaluation as one page that needs nothing but itself: it has no script, no request leaves it, and its policy
 * forbids both. Names and labels of users stand in it as texts.
 *
 * @param plots - stand in the page as they are
 */
export function renderHtml(
  document: MetricsDocument,
  plots: readonly PlotFile[],
  extras: HtmlExtras,
): string {
  const name = document.model?.name ?? document.dataset.path;
  const shown = sectionsOf(document, plots, extras).filter(([, , content]) => content !== undefined);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${contentHash(STYLE)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${extras.headline}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<a class="skip" href="#overview">Skip to the report</a>
<header class="bar"><nav aria-label="Sections"><span class="name">${shortName(name)}</span>${shown.map(
    ([id, title]) => html`<a href="#${id}">${title}</a>`,
  )}</nav></header>
<main>${shown.map(([, , content]) => content)}
<footer>Made by ${document.source.action} at ${document.created}. metrics.json beside this page holds the same for machines.</footer></main>
</body>
</html>
`.markup;
}

/** The bar of the page has room for so much of a name; the whole one stands below. */
const MAX_NAME = 40;
const shortName = (name: string): string => {
  const characters = [...name];
  return characters.length > MAX_NAME ? `…${characters.slice(-MAX_NAME).join('')}` : name;
};

function sectionsOf(
  document: MetricsDocument,
  plots: readonly PlotFile[],
  extras: HtmlExtras,
): readonly (readonly [id: string, title: string, content: Html | undefined])[] {
  const { baseline, fairness = [], modelFiles = [] } = document;
  const figures = (id: string): Html | undefined => plotFigures(plots, id);
  return [
    ['overview', 'Overview', overviewSection(document, extras)],
    ['metrics', 'Metrics', metricsSection(document, extras)],
    ['comparison', 'Baseline', baseline && comparisonSection(baseline, figures('comparison'))],
    ['slices', 'Slices', slicesSection(document, extras, figures('slices'))],
    [
      'fairness',
      'Fairness',
      fairness.length > 0 ? fairnessSection(fairness, figures('fairness')) : undefined,
    ],
    ['calibration', 'Calibration', calibrationSection(document, extras, figures('calibration'))],
    ['plots', 'Plots', withPlots('plots', 'Plots', figures('plots'))],
    ['cost', 'Cost', costSection(document, extras, figures('cost'))],
    ['files', 'Files', modelFiles.length > 0 ? modelFilesSection(modelFiles) : undefined],
    ['methods', 'Methods', methodsSection(document, extras)],
  ];
}

function metricsSection(document: MetricsDocument, extras: HtmlExtras): Html | undefined {
  const overall = overallMetrics(document);
  return overall.length > 0
    ? section('metrics', 'Metrics', metricsTable(document, overall, extras))
    : undefined;
}

function calibrationSection(
  document: MetricsDocument,
  extras: HtmlExtras,
  figures: Html | undefined,
): Html | undefined {
  if (!figures) return undefined;
  const own = overallMetrics(document).filter(({ name }) => CALIBRATION.test(name));
  return section(
    'calibration',
    'Calibration',
    html`<p class="quiet">Whether a probability is what it says: of rows with a probability of 80 %, 80 % should be so.</p>${
      own.length > 0 ? metricsTable(document, own, extras) : undefined
    }${figures}`,
  );
}

function costSection(
  document: MetricsDocument,
  extras: HtmlExtras,
  figures: Html | undefined,
): Html | undefined {
  const own = document.metrics.filter(({ kind, slice }) => kind === 'resource' && slice === undefined);
  if (own.length === 0) return withPlots('cost', 'Cost', figures);
  return section('cost', 'Cost', html`${metricsTable(document, own, extras)}${figures}`);
}

const withPlots = (id: string, title: string, figures: Html | undefined): Html | undefined =>
  figures && section(id, title, figures);
