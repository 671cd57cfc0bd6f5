import type { DriftResult, Severity, ValidationDocument } from '../lib/documents/validation.ts';
import { formatCount, formatNumber } from '../lib/report/format-number.ts';
import { type Html, html } from '../lib/report/html.ts';
import { chip } from '../lib/report/page-marks.ts';
import { driftTone } from './report-html-marks.ts';
import { datasetDriftText, driftWords, effectText, measureText } from './report-words.ts';

const ORDER: readonly DriftResult['status'][] = ['drifted', 'inconclusive', 'stable', 'not-tested'];

/** How each column compares with the reference, the drifted first. */
export function driftSection(document: ValidationDocument): Html | undefined {
  const { drift } = document;
  if (drift === undefined) return undefined;
  const results = [...drift.results].sort(
    (a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || (b.effect ?? 0) - (a.effect ?? 0),
  );
  return html`<section id="drift" aria-labelledby="drift-title"><h2 id="drift-title">Drift</h2>
<p class="quiet">Compared with <code>${drift.reference}</code>. A column drifted when its effect is at least ${formatNumber(drift.threshold)} and its p-value, after Benjamini-Hochberg, is below ${formatNumber(drift.alpha)}: both, so that neither a large sample nor a small one decides alone. ${datasetDriftText(document)}</p>
<div class="card scroll" tabindex="0" role="region" aria-label="Drift by column"><table class="tests"><thead><tr><th scope="col">Column</th><th scope="col">Result</th><th scope="col">Measure</th><th scope="col" class="number">Effect</th><th scope="col">against its limit</th><th scope="col" class="number">Noise floor</th><th scope="col" class="number">p, adjusted</th><th scope="col" class="number">Reference</th><th scope="col" class="number">Now</th><th scope="col">Why</th></tr></thead><tbody>${results.map((result) => row(result, result.severity ?? drift.severity))}</tbody></table></div></section>`;
}

const row = (result: DriftResult, severity: Severity): Html =>
  html`<tr><td class="mono">${result.field}</td><td>${chip(driftTone(result.status, severity), result.status.replace('-', ' '))}</td><td>${measureText(result)}</td><td class="number">${effectText(result)}</td><td>${gauge(result, severity)}</td><td class="number">${
    result.noiseFloor === undefined ? '' : formatNumber(result.noiseFloor, 2)
  }</td><td class="number">${result.adjustedP === undefined ? '' : formatNumber(result.adjustedP, 2)}</td><td class="number">${formatCount(result.referenceCount)}</td><td class="number">${formatCount(result.currentCount)}</td><td class="wide">${driftWords(result)}</td></tr>`;

/** The effect as a bar whose middle is the limit. */
function gauge({ effect, threshold, status }: DriftResult, severity: Severity): Html | undefined {
  if (effect === undefined || threshold === undefined || threshold <= 0) return undefined;
  const share = Math.min(1, effect / threshold / 2);
  const width = `${Math.round(share * 1_000) / 10}%`;
  return html`<svg class="share" aria-hidden="true"><rect class="all" width="100%" height="100%" rx="2"/><rect class="${driftTone(status, severity)}" width="${width}" height="100%" rx="2"/><line class="ref" x1="50%" x2="50%" y1="0" y2="100%"/></svg>`;
}
