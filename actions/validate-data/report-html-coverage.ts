import type { ColumnProfile } from '../lib/documents/profile.ts';
import type { CheckResult, ValidationDocument } from '../lib/documents/validation.ts';
import { formatCount, formatQuantity } from '../lib/report/format-number.ts';
import { type Html, html } from '../lib/report/html.ts';
import { mark, type Tone } from '../lib/report/page-marks.ts';
import { checkTone, columnId } from './report-html-marks.ts';

const WORST: readonly Tone[] = ['bad', 'warn', 'none', 'good'];

/** Which columns have which checks, and how those ended: what the contract covers and what it does not. */
export function coverageSection(
  document: ValidationDocument,
  columns: readonly ColumnProfile[],
): Html | undefined {
  const names = columns.map(({ name }) => name);
  const about = new Map<string, Map<string, CheckResult[]>>(names.map((name) => [name, new Map()]));
  for (const check of ofMainTable(document.checks))
    for (const name of fieldsOf(check, about)) {
      const own = about.get(name);
      own?.set(check.check, [...(own.get(check.check) ?? []), check]);
    }
  const kinds = [...new Set([...about.values()].flatMap((own) => [...own.keys()]))].sort();
  if (names.length === 0) return undefined;
  const covered = names.filter((name) => (about.get(name)?.size ?? 0) > 0).length;
  const whole = ofMainTable(document.checks).filter((check) => fieldsOf(check, about).length === 0);
  return html`<section id="coverage" aria-labelledby="coverage-title"><h2 id="coverage-title">Coverage</h2>
<p class="quiet">${formatCount(covered)} of ${formatQuantity(names.length, 'column')} ${covered === 1 ? 'has' : 'have'} checks of their own${
    covered < names.length ? '; a column without any may hold anything' : ''
  }. ${formatQuantity(whole.length, 'check')} ${whole.length === 1 ? 'is' : 'are'} about the table as a whole.</p>
${kinds.length === 0 ? undefined : matrix(names, kinds, about)}${wholeTable(whole)}</section>`;
}

/** The columns of the page are those of the first table; the checks of others are about other columns. */
export const ofMainTable = (checks: readonly CheckResult[]): readonly CheckResult[] =>
  checks.filter(({ table }) => table === checks[0]?.table);

/** The columns a check is about: one, or several with commas between. */
function fieldsOf({ field }: CheckResult, known: ReadonlyMap<string, unknown>): readonly string[] {
  if (field === undefined) return [];
  return known.has(field) ? [field] : field.split(', ').filter((name) => known.has(name));
}

const matrix = (
  names: readonly string[],
  kinds: readonly string[],
  about: ReadonlyMap<string, ReadonlyMap<string, readonly CheckResult[]>>,
): Html =>
  html`<div class="card scroll" tabindex="0" role="region" aria-label="Checks by column"><table class="matrix"><thead><tr><th scope="col">Column</th>${kinds.map(
    (kind) => html`<th scope="col">${kind}</th>`,
  )}</tr></thead><tbody>${names.map((name, at) => {
    const own = about.get(name);
    return html`<tr${own?.size ? undefined : html` class="bare"`}><th scope="row" class="mono" title="${name}"><a href="#${columnId(at)}">${name}</a></th>${kinds.map(
      (kind) => html`<td>${cell(own?.get(kind) ?? [])}</td>`,
    )}</tr>`;
  })}</tbody></table></div>`;

function cell(checks: readonly CheckResult[]): Html | undefined {
  if (checks.length === 0) return undefined;
  const tone = WORST.find((one) => checks.some((check) => checkTone(check) === one)) ?? 'good';
  return mark(tone, checks.map(({ title, status }) => `${title}: ${status}`).join('; '));
}

const wholeTable = (checks: readonly CheckResult[]): Html | undefined =>
  checks.length === 0
    ? undefined
    : html`<div class="card below"><h3>About the table</h3><ul class="plain">${checks.map(
        (check) =>
          html`<li>${mark(checkTone(check), check.status)} ${check.title} <span class="quiet">${check.check}</span></li>`,
      )}</ul></div>`;
