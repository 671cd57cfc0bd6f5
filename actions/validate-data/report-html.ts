import type { ProfileDocument } from '../lib/documents/profile.ts';
import type { ValidationDocument } from '../lib/documents/validation.ts';
import { contentHash } from '../lib/report/content-hash.ts';
import { formatCount } from '../lib/report/format-number.ts';
import { Html, html } from '../lib/report/html.ts';
import type { ReportExtras } from './report-extras.ts';
import { type ColumnStory, columnCard } from './report-html-column.ts';
import { coverageSection, ofMainTable } from './report-html-coverage.ts';
import { driftSection } from './report-html-drift.ts';
import { findingsSection } from './report-html-findings.ts';
import { columnId } from './report-html-marks.ts';
import { comparisonSection, contractSection, overviewSection } from './report-html-overview.ts';
import { SCRIPT } from './report-html-script.ts';
import { STYLE } from './report-html-style.ts';
import { verdictWords } from './report-words.ts';

/**
 * The report as one page that needs nothing but itself: no request leaves it, and its policy forbids any script but
 * its own, by hash. Names and values of the data stand in it as texts.
 *
 * @param profile - of the data; columns without a profile are not drawn
 */
export function renderHtml(
  document: ValidationDocument,
  profile: Pick<ProfileDocument, 'columns'>,
  extras: ReportExtras = {},
): string {
  const name = document.subjects.find(({ role }) => role === 'data')?.name ?? 'data';
  const sections = [
    ['overview', 'Overview', overviewSection(document, extras)],
    ['new', 'New', comparisonSection(extras)],
    ['contract', 'Contract', contractSection(extras)],
    ['findings', 'Findings', findingsSection(document, extras)],
    ['drift', 'Drift', driftSection(document)],
    ['columns', 'Columns', columnsSection(document, profile, extras)],
    ['coverage', 'Coverage', coverageSection(document, profile.columns)],
    ['notes', 'Notes', notesSection(document)],
  ] as const;
  const shown = sections.filter(([, , section]) => section !== undefined);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${name}: data ${verdictWords(document, extras)}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<a class="skip" href="#overview">Skip to the report</a>
<header class="bar"><nav aria-label="Sections"><span class="name">${name}</span>${shown.map(
    ([id, title]) => html`<a href="#${id}">${title}</a>`,
  )}</nav></header>
<main>${shown.map(([, , section]) => section)}
<footer>Made by ${document.source.action} at ${document.created}. report.json and findings.jsonl beside this page hold the same for machines.</footer></main>
<script>${new Html(SCRIPT)}</script>
</body>
</html>
`.markup;
}

/** Only this style and this script; an attack that got past the escaping would still not run. */
const policy = (): string =>
  `default-src 'none'; style-src '${contentHash(STYLE)}'; script-src '${contentHash(SCRIPT)}'; base-uri 'none'; form-action 'none'`;

const COLUMN_FILTERS = [
  ['failing', 'with findings'],
  ['drifted', 'drifted'],
  ['missing', 'with missing values'],
  ['unchecked', 'without checks'],
] as const;

function columnsSection(
  document: ValidationDocument,
  { columns }: Pick<ProfileDocument, 'columns'>,
  extras: ReportExtras,
): Html | undefined {
  if (columns.length === 0) return undefined;
  const stories = storiesOf(document, columns, extras);
  return html`<section id="columns" aria-labelledby="columns-title"><h2 id="columns-title">Columns</h2>
<p class="quiet">${formatCount(columns.length)} columns as they are${extras.reference ? ', with the reference drawn over them' : ''}.</p>
<div class="tools" id="column-tools" hidden><input type="search" placeholder="Filter columns …" aria-label="Filter columns">
<select aria-label="Which columns"><option value="">all columns</option>${COLUMN_FILTERS.map(
    ([tag, words]) => html`<option value="${tag}">${words}</option>`,
  )}</select><output role="status"></output></div>
<div class="grid">${stories.map((story, index) => columnCard(story, columnId(index)))}</div></section>`;
}

function storiesOf(
  { checks, drift }: ValidationDocument,
  columns: ProfileDocument['columns'],
  extras: ReportExtras,
): readonly ColumnStory[] {
  const byField = <T extends { readonly field?: string }>(items: readonly T[]) =>
    Map.groupBy(items, ({ field }) => field);
  const [checksOf, driftOf] = [byField(ofMainTable(checks)), byField(drift?.results ?? [])];
  const before = new Map((extras.reference ?? []).map((column) => [column.name, column]));
  return columns.map((column) => {
    const own = checksOf.get(column.name) ?? [];
    return {
      column,
      reference: before.get(column.name),
      checks: own,
      drift: driftOf.get(column.name) ?? [],
      driftSeverity: drift?.severity ?? 'warning',
      findings: own.reduce((sum, { findings }) => sum + findings, 0),
    };
  });
}

const notesSection = ({ notes }: ValidationDocument): Html | undefined =>
  notes.length === 0
    ? undefined
    : html`<section id="notes" aria-labelledby="notes-title"><h2 id="notes-title">Notes</h2><ul class="card plain">${notes.map(
        (note) => html`<li>${note}</li>`,
      )}</ul></section>`;
