import type { CheckResult, DriftResult, Severity } from '../lib/documents/validation.ts';
import { type Html, html } from '../lib/report/html.ts';
import type { Verdict } from '../lib/verdict.ts';

/** How something looks: right, doubtful, wrong, neither. */
export type Tone = 'good' | 'warn' | 'bad' | 'none';

export const VERDICT_TONE: Readonly<Record<Verdict, Tone>> = {
  pass: 'good',
  waived: 'good',
  warn: 'warn',
  inconclusive: 'warn',
  fail: 'bad',
};

export const SEVERITY_TONE: Readonly<Record<Severity, Tone>> = {
  error: 'bad',
  warning: 'warn',
  info: 'none',
};

/** How the result of a check looks: a failure by its severity, what is not known in doubt. */
export const checkTone = ({ status, severity }: CheckResult): Tone => {
  if (status === 'pass') return 'good';
  if (status === 'fail') return SEVERITY_TONE[severity];
  return severity === 'info' ? 'none' : 'warn';
};

/** How the result of a drift test looks; a drift by the severity that drift has. */
export const driftTone = (status: DriftResult['status'], severity: Severity = 'warning'): Tone =>
  status === 'drifted' ? SEVERITY_TONE[severity] : DRIFT_TONE[status];

const DRIFT_TONE: Readonly<Record<Exclude<DriftResult['status'], 'drifted'>, Tone>> = {
  stable: 'good',
  inconclusive: 'warn',
  'not-tested': 'none',
};

const MARKS: Readonly<Record<Tone, string>> = { good: '✓', warn: '!', bad: '✗', none: '–' };

/** A sign in a colour, with a word for those who see neither. */
export const mark = (tone: Tone, word: string): Html =>
  html`<span class="mark ${tone}" role="img" aria-label="${word}" title="${word}">${MARKS[tone]}</span>`;

/** The same from the result of a check. */
export const checkMark = (check: CheckResult): Html =>
  mark(
    checkTone(check),
    check.status === 'pass'
      ? 'passed'
      : check.status === 'fail'
        ? `failed (${check.severity})`
        : 'not decided',
  );

export const chip = (tone: Tone, word: string): Html => html`<span class="chip ${tone}">${word}</span>`;

const ICONS: Readonly<Record<Tone, Html>> = {
  good: html`<path d="M5 12.5l4.5 4.5L19 7.5"/>`,
  warn: html`<path d="M12 6v8M12 18v.01"/>`,
  bad: html`<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>`,
  none: html`<path d="M6 12h12"/>`,
};

/** Where the card of the n-th column is on the page. */
export const columnId = (index: number): string => `column-${index + 1}`;

/** The sign of the verdict. Words beside it say the same. */
export const badge = (tone: Tone): Html =>
  html`<span class="badge ${tone}"><svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[tone]}</svg></span>`;
