import type { ModelFileScan } from '../../lib/documents/metrics.ts';
import { formatCount } from '../../lib/report/format-number.ts';
import { type Html, html } from '../../lib/report/html.ts';
import { chip, type Tone } from '../../lib/report/page-marks.ts';
import { section } from './words.ts';

/** Problems beyond this repeat themselves. */
const MAX_PROBLEMS = 20;

const TONES: Readonly<Record<ModelFileScan['verdict'], Tone>> = {
  safe: 'good',
  unsafe: 'bad',
  inconclusive: 'warn',
};

/** What was found in the files of the model. */
export const modelFilesSection = (scans: readonly ModelFileScan[]): Html =>
  section(
    'files',
    'Model files',
    html`<p class="quiet">Recognised by what they hold, never loaded for it.</p><ul class="card plain">${scans.map(
      ({ file, format, verdict, problems }) =>
        html`<li>${chip(TONES[verdict], verdict)} <code>${file}</code> <span class="quiet">${format}</span>${
          problems.length === 0
            ? undefined
            : html`<ul>${problems
                .slice(0, MAX_PROBLEMS)
                .map(({ where, message }) => html`<li>${message} <span class="quiet">${where}</span></li>`)}${
                problems.length > MAX_PROBLEMS
                  ? html`<li class="quiet">and ${formatCount(problems.length - MAX_PROBLEMS)} more</li>`
                  : undefined
              }</ul>`
        }</li>`,
    )}</ul>`,
  );
