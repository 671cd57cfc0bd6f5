import type { CheckResult, DriftResult, Severity } from '../lib/documents/validation.ts';
import type { Html } from '../lib/report/html.ts';
import { mark, type Tone } from '../lib/report/page-marks.ts';

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

/** Where the card of the n-th column is on the page. */
export const columnId = (index: number): string => `column-${index + 1}`;
