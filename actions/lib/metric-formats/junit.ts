import { ActionError } from '../errors.ts';
import { type EntryFacts, measured } from './entry.ts';
import { type FormatReading, fileFormat, type Measured } from './format.ts';
import { shareInterval } from './interval.ts';
import { type CaseResult, rowsOfCases } from './row-values.ts';
import type { SourceOf } from './source.ts';
import type { XmlElement } from './xml-reader.ts';

const PASS_RATE = 'tests.pass_rate';
type Outcome = 'passed' | 'failed' | 'error' | 'skipped';

interface TestCase {
  readonly suite: string;
  readonly id: string;
  readonly outcome: Outcome;
}

function outcomeOf({ children }: XmlElement): Outcome {
  const has = (name: string): boolean => children.some((child) => child.name === name);
  if (has('error')) return 'error';
  if (has('failure')) return 'failed';
  return has('skipped') ? 'skipped' : 'passed';
}

function casesOf(suite: XmlElement, name: string, where: string): readonly TestCase[] {
  return suite.children.flatMap((child): readonly TestCase[] => {
    if (child.name === 'testsuite') return casesOf(child, child.attributes.get('name') ?? name, where);
    if (child.name !== 'testcase') return [];
    const title = child.attributes.get('name');
    if (title === undefined)
      throw new ActionError('invalid-file', `${where}:${child.line}: a testcase without a name`);
    const owner = child.attributes.get('classname') ?? name;
    return [{ suite: name, id: owner === '' ? title : `${owner}::${title}`, outcome: outcomeOf(child) }];
  });
}

/** Which way the counts are better; the number of all tests and of skipped ones is neither good nor bad. */
const COUNTS: readonly (readonly [Outcome, EntryFacts])[] = [
  ['passed', { direction: 'higher' }],
  ['failed', { direction: 'lower' }],
  ['error', { direction: 'lower' }],
  ['skipped', {}],
];

function countsOf(
  cases: readonly TestCase[],
  place: () => string,
  slice: Readonly<Record<string, string>>,
): readonly Measured[] {
  const count = (outcome: Outcome): number => cases.filter((each) => each.outcome === outcome).length;
  const n = cases.length - count('skipped');
  const rate = n === 0 ? Number.NaN : count('passed') / n;
  const ci = shareInterval(count('passed'), n);
  return [
    measured(PASS_RATE, rate, place, { direction: 'higher', n, slice, ...(ci && { ci }) }),
    measured('tests.total', cases.length, place, { slice }),
    ...COUNTS.map(([outcome, facts]) =>
      measured(`tests.${outcome === 'error' ? 'errors' : outcome}`, count(outcome), place, {
        ...facts,
        slice,
      }),
    ),
  ];
}

const caseResult = ({ id, suite, outcome }: TestCase, several: boolean): readonly CaseResult[] =>
  outcome === 'skipped'
    ? []
    : [
        {
          id,
          outcome,
          values: { [PASS_RATE]: outcome === 'passed' ? 1 : 0 },
          slices: several ? [`suite=${suite}`] : [],
        },
      ];

/** A report whose own counts are larger was cut, or its cases were left out. */
function refuseMissing(root: XmlElement, where: string, cases: readonly TestCase[]): void {
  const suites =
    root.name === 'testsuite' ? [root] : root.children.filter(({ name }) => name === 'testsuite');
  const told = suites.map(({ attributes }) => Number(attributes.get('tests') ?? Number.NaN));
  const total = told.reduce((sum, tests) => sum + tests, 0);
  if (!(total > cases.length)) return;
  throw new ActionError(
    'invalid-file',
    `${where}: its suites count ${total} tests and hold ${cases.length}; write the whole report`,
  );
}

function read({ root, where }: SourceOf<'xml'>): FormatReading {
  const cases = casesOf(root, root.name === 'testsuite' ? (root.attributes.get('name') ?? '') : '', where);
  refuseMissing(root, where, cases);
  if (cases.length === 0)
    throw new ActionError('invalid-file', `${where}: holds no testcase; did the tests run?`);
  const suites = Map.groupBy(cases, ({ suite }) => suite);
  const several = suites.size > 1;
  const place = (): string => `${where}:${root.line}`;
  return {
    metrics: [
      ...countsOf(cases, place, {}),
      ...(several ? [...suites].flatMap(([suite, own]) => countsOf(own, place, { suite })) : []),
    ],
    rows: rowsOfCases(cases.flatMap((each) => caseResult(each, several))),
  };
}

/**
 * Test reports in the XML that JUnit made common. `tests.pass_rate` is the share of passed tests among those that
 * ran; each test is a row, so that McNemar's test can pair two runs.
 */
export const junit = fileFormat({
  name: 'junit',
  title: 'a JUnit XML report',
  naming: '`tests.pass_rate`, `tests.failed`, …, by `suite` where there are several; tests pair two runs',
  source: 'xml',
  fits: ({ root: { name } }) => name === 'testsuites' || name === 'testsuite',
  read,
});
