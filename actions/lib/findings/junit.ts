import type { CheckResult, DriftResult, Finding, ValidationDocument } from '../documents/validation.ts';
import { formatNumber, formatQuantity } from '../report/format-number.ts';
import { xmlElement, xmlText } from '../report/xml.ts';
import { type ErrorType, errorTypes } from './error-type.ts';
import { groupFindings, groupKey } from './finding-group.ts';
import { placeText, subjectText } from './place-text.ts';

/** Findings in the text of a failure; readers show them in a narrow box. */
const MAX_LISTED = 20;

type Outcome = 'passed' | 'failed' | 'error' | 'skipped';

interface TestCase {
  readonly suite: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly type?: string;
  readonly message?: string;
  readonly text?: string;
  readonly file?: string;
  readonly line?: number;
}

/**
 * The report as JUnit XML: a suite for the checks, one for drift; a test case for each check. JUnit knows no
 * warnings: a check of severity `warning` or `info` that fails is a skipped case with its message, so that it is seen
 * and breaks nothing. A check without an answer is an error of the case.
 */
export function junitXml(document: ValidationDocument): string {
  const suites = [
    ['checks', checkCases(document)],
    ['drift', (document.drift?.results ?? []).map((result) => caseOfDrift(result, document))],
  ] as const;
  const written = suites.filter(([, cases]) => cases.length > 0);
  const all = written.flatMap(([, cases]) => cases);
  const body = written.map(
    ([name, cases]) =>
      `\n${xmlElement(
        'testsuite',
        { name, ...counts(cases), time: 0, timestamp: document.created.slice(0, 19) },
        [...cases.map((one) => `\n${caseElement(one)}`), '\n'],
      )}`,
  );
  const root = xmlElement('testsuites', { name: 'validate-data', ...counts(all), time: 0 }, [...body, '\n']);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

function counts(cases: readonly TestCase[]): Readonly<Record<string, number>> {
  const of = (outcome: Outcome): number => cases.filter((one) => one.outcome === outcome).length;
  return { tests: cases.length, failures: of('failed'), errors: of('error'), skipped: of('skipped') };
}

function checkCases(document: ValidationDocument): readonly TestCase[] {
  const listed = new Map(groupFindings(document).map((group) => [groupKey(group), group.findings]));
  const typeOf = errorTypes(document.checks);
  return document.checks.map((check) => caseOfCheck(check, listed.get(groupKey(check)) ?? [], typeOf));
}

const OPEN = { undefined: 'could not be measured', inconclusive: 'could not be decided' } as const;

function caseOfCheck(check: CheckResult, findings: readonly Finding[], typeOf: ErrorType): TestCase {
  const suite = `checks.${check.check}`;
  const subject = subjectText(check);
  const name = subject === '' ? check.title : `${subject}: ${check.title}`;
  if (check.status === 'pass') return { suite, name, outcome: 'passed' };
  if (check.status !== 'fail')
    return {
      suite,
      name,
      outcome: check.severity === 'error' ? 'error' : 'skipped',
      type: check.status === 'undefined' ? 'not-measured' : check.status,
      message: `${OPEN[check.status]}: ${check.note ?? 'there were no rows, or no such column'}`,
    };
  const [first] = findings;
  const measured = check.measured === null ? '' : ` of ${formatNumber(check.measured)} ${check.unit}`;
  const message = `${formatQuantity(check.findings, 'finding')}${measured}, expected ${check.expected}`;
  return {
    suite,
    name,
    outcome: check.severity === 'error' ? 'failed' : 'skipped',
    type: first ? typeOf(first) : check.check,
    message: check.severity === 'error' ? message : `${check.severity}: ${message}`,
    text: listing(findings, check.findings),
    ...(first?.file !== undefined && { file: first.file }),
    ...(first?.line !== undefined && { line: first.line }),
  };
}

function listing(findings: readonly Finding[], total: number): string {
  const lines = findings
    .slice(0, MAX_LISTED)
    .map((finding) => `${placeText(finding)} ${finding.message}`.trim());
  const more = Math.max(total, findings.length) - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${formatQuantity(more, 'more finding')}`] : [])].join('\n');
}

function caseOfDrift(result: DriftResult, { drift }: ValidationDocument): TestCase {
  const head = { suite: `drift.${result.test}`, name: `${result.field}: ${result.measure ?? result.test}` };
  const effect = result.effect === undefined ? '' : `effect ${formatNumber(result.effect, 3)}`;
  if (result.status === 'drifted')
    return {
      ...head,
      outcome: (result.severity ?? drift?.severity) === 'error' ? 'failed' : 'skipped',
      type: 'drift',
      message: `${result.field} drifted: ${effect}, expected below ${formatNumber(result.threshold ?? 0)}`,
    };
  if (result.status === 'stable') return { ...head, outcome: 'passed' };
  return { ...head, outcome: 'skipped', message: result.reason ?? result.status };
}

const ELEMENTS: Readonly<Record<Exclude<Outcome, 'passed'>, string>> = {
  failed: 'failure',
  error: 'error',
  skipped: 'skipped',
};

function caseElement({ suite, name, outcome, type, message, text, file, line }: TestCase): string {
  const attributes = { classname: suite, name, time: 0, file, line };
  if (outcome === 'passed') return xmlElement('testcase', attributes);
  const listed = text === undefined || text === '' ? [] : [xmlText(text)];
  // The schema lets `skipped` have a message and no type.
  const inner = outcome === 'skipped' ? { message } : { message, type };
  return xmlElement('testcase', attributes, [xmlElement(ELEMENTS[outcome], inner, listed)]);
}
