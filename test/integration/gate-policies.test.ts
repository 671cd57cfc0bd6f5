import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { MetricsDocument, MetricValue, ScoredRow } from '../../actions/lib/documents/metrics.ts';
import { ActionError } from '../../actions/lib/errors.ts';
import type { GrantedWaiver } from '../../actions/lib/policy/apply-waivers.ts';
import { type DecisionRequest, decide } from '../../actions/lib/policy/decide.ts';
import type { HistoryPoint } from '../../actions/lib/policy/history.ts';
import type { MetricEntry, MetricsView } from '../../actions/lib/policy/metrics-view.ts';
import { parsePolicy } from '../../actions/lib/policy/parse-policy.ts';
import type { Verdict } from '../../actions/lib/verdict.ts';
import { metricsOf, simulatedRows, viewOf } from '../support/metrics-evidence.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/gate-metrics/policies');
const NOW = Date.parse('2026-01-15T12:00:00Z');

const textOf = (kind: 'valid' | 'invalid', name: string): string =>
  readFileSync(join(FOLDER, kind, `${name}.yml`), 'utf8');

const namesOf = (kind: 'valid' | 'invalid'): readonly string[] =>
  readdirSync(join(FOLDER, kind)).map((file) => file.replace('.yml', ''));

/** 2,000 rows in three regions and two bands of age, a tenth of them young. */
const rowsOf = (wrong: number, model: number): readonly ScoredRow[] =>
  simulatedRows({ n: 2000, wrong, model }).map((row, index) => ({
    ...row,
    k: [...(row.k ?? []), `age_band=${index % 10 === 0 ? '18-25' : '26+'}`],
  }));

const resource = (name: string, value: number, unit: string): MetricValue => ({
  name,
  value,
  direction: 'lower',
  kind: 'resource',
  unit,
  n: 200,
});

/** Numbers that the rows do not give. */
const extras = (latency: number, size: number): readonly MetricValue[] => [
  resource('latency_p95_ms', latency, 'ms'),
  resource('model_size_bytes', size, 'byte'),
  { name: 'ece', value: 0.021, direction: 'lower', kind: 'curve', n: 2000 },
  {
    name: 'recall_at_1',
    value: null,
    undefined: 'no positive rows',
    direction: 'higher',
    kind: 'mean',
    n: 2000,
  },
];

/** A number whose better direction nobody has said, as files of other tools hold them. */
const PROFIT: MetricEntry = {
  name: 'profit_per_case',
  slice: undefined,
  value: 12,
  problem: undefined,
  direction: undefined,
  kind: undefined,
  unit: undefined,
  n: undefined,
  ci: undefined,
  params: {},
};

const FAIRNESS: NonNullable<MetricsDocument['fairness']> = [
  {
    by: 'gender',
    groups: ['F', 'M'].map((group) => ({ group, n: 1000, metrics: [] })),
    excluded: [{ group: 'X', n: 9, reason: 'below min-group-size 50' }],
    gaps: [
      {
        name: 'equalized_odds_difference',
        value: 0.041,
        direction: 'lower',
        kind: 'confusion',
        n: 2000,
        ci: { low: 0.02, high: 0.067, level: 0.95, method: 'bootstrap' },
        params: { by: 'gender' },
      },
    ],
  },
];

function view(rows: readonly ScoredRow[], latency = 35.1, size = 18_000_000): MetricsView {
  const document = metricsOf(rows, { fairness: FAIRNESS });
  const made = viewOf({ ...document, metrics: [...document.metrics, ...extras(latency, size)] }, rows);
  return { ...made, entries: [...made.entries, PROFIT] };
}

const goodRows = rowsOf(0.1, 11);
const GOOD = view(goodRows);
const SLOW = view(goodRows, 41.2, 19_084_321);
const TWIN = view(rowsOf(0.1, 12));
const BAD = view(rowsOf(0.2, 13));
const FEWER = view(goodRows.slice(0, 1500));
const OTHER = view(rowsOf(0.1, 12).map((row) => ({ ...row, id: `other-${row.id}` })));

const measuredValue = ({ entries }: MetricsView, metric: string): number =>
  entries.find(({ name, slice }) => name === metric && slice === undefined)?.value ?? Number.NaN;

/** A commit whose model was better by so much. */
const point = (ahead: number, index: number): HistoryPoint => ({
  commit: String(index + 1).repeat(40),
  created: '2026-01-10T12:00:00.000Z',
  run: index + 1,
  verdict: 'pass',
  metrics: ['accuracy', 'roc_auc'].map((name) => ({ name, value: measuredValue(GOOD, name) + ahead })),
});

/** Three commits, each a little worse than the one before it; the first was three points better than the candidate. */
const HISTORY = [0.03, 0.02, 0.01].map(point);

const WAIVER: GrantedWaiver = {
  gate: 'floor',
  source: 'label',
  owner: '@kim',
  reason: 'labels changed',
  expires: NOW + 1000,
  maxValueLoss: 0.1,
  refused: undefined,
  line: undefined,
};

/** What is judged by a policy; two equally good models unless something else is said. */
const SCENES: Readonly<Record<string, Partial<DecisionRequest>>> = {
  equal: {},
  worse: { candidate: BAD, baseline: GOOD },
  better: { candidate: GOOD, baseline: BAD },
  slower: { candidate: SLOW, baseline: GOOD },
  alone: { baseline: undefined },
  'fewer rows': { candidate: FEWER, baseline: GOOD },
  'other data': { baseline: OTHER },
  'worse on other data': { candidate: BAD, baseline: OTHER },
  'bad production': { baselines: new Map([['prod', BAD]]) },
  eroded: { history: HISTORY, historyBranch: 'main' },
  waiver: { waivers: [WAIVER] },
  everything: {
    baselines: new Map([
      ['main', TWIN],
      ['prod', TWIN],
    ]),
    history: [point(0.005, 0)],
    historyBranch: 'main',
  },
};

const decideBy = (name: string, scene: string) =>
  decide({
    policy: parsePolicy(textOf('valid', name), `${name}.yml`),
    candidate: GOOD,
    baseline: TWIN,
    baselines: new Map(),
    history: undefined,
    waivers: [],
    onNoBaseline: 'warn',
    now: NOW,
    resampling: { resamples: 300, seed: 12345 },
    ...SCENES[scene],
  });

/** File, what is judged, the verdict, and what of it does not pass: gates and guards by id. */
const VALID: readonly (readonly [name: string, scene: string, verdict: Verdict, ...open: string[]])[] = [
  ['complete', 'everything', 'pass'],
  ['limit-floor', 'alone', 'pass'],
  ['limit-ceiling', 'alone', 'fail', 'log_loss'],
  ['limit-both-ends', 'alone', 'pass'],
  ['limit-lower-bound', 'alone', 'fail', 'by-bound'],
  ['limit-upper-bound', 'alone', 'fail', 'by-bound'],
  ['limit-percent', 'alone', 'pass'],
  ['limit-bytes', 'slower', 'fail', 'in-mib'],
  ['limit-time', 'slower', 'fail', 'in-s'],
  ['limit-wrong-dimension', 'alone', 'fail', 'accuracy'],
  ['severity-warning', 'alone', 'warn', 'accuracy'],
  ['severity-info', 'alone', 'pass'],
  ['severity-by-default', 'alone', 'warn', 'by-default'],
  ['outcome-of-a-gate', 'alone', 'fail', 'harmful', 'old'],
  ['outcome-by-default', 'alone', 'fail', 'accuracy'],
  ['regression-absolute', 'worse', 'fail', 'accuracy'],
  ['regression-absolute', 'equal', 'pass'],
  ['regression-relative', 'worse', 'fail', 'accuracy'],
  ['regression-all', 'slower', 'pass'],
  ['regression-any', 'slower', 'fail', 'latency'],
  ['improvement', 'better', 'fail', 'too-good'],
  ['improvement', 'worse', 'pass'],
  ['non-inferior', 'equal', 'pass'],
  ['non-inferior', 'worse', 'fail', 'accuracy'],
  ['non-inferior-many', 'worse', 'fail', 'accuracy', 'f1', 'recall'],
  ['non-inferior-uncorrected', 'worse', 'fail', 'accuracy', 'f1'],
  ['inconclusive-point', 'equal', 'pass'],
  ['inconclusive-warn', 'equal', 'warn', 'accuracy'],
  ['inconclusive-fail', 'equal', 'fail', 'accuracy'],
  ['confidence', 'equal', 'pass'],
  ['slice', 'alone', 'pass'],
  ['slice-missing', 'alone', 'fail', 'east'],
  [
    'slices-every',
    'alone',
    'warn',
    'any-slice[age_band=18-25]',
    'any-slice[age_band=26+]',
    'any-slice[region=North]',
    'any-slice[region=South]',
    'any-slice[region=West]',
  ],
  [
    'slices-of-a-column',
    'alone',
    'fail',
    'regions[region=North]',
    'regions[region=South]',
    'regions[region=West]',
  ],
  ['slices-required', 'equal', 'pass'],
  ['fairness', 'alone', 'warn', 'fair'],
  ['fairness-of-nobody', 'alone', 'fail', 'equalized_odds_difference{nationality}'],
  ['min-rows', 'alone', 'inconclusive', 'accuracy'],
  ['min-positives', 'alone', 'inconclusive', 'young'],
  ['missing-metric', 'alone', 'fail', 'acuracy'],
  ['missing-warns', 'alone', 'warn', 'bleu'],
  ['undefined-fails', 'alone', 'fail', 'recall_at_1'],
  ['undefined-passes', 'alone', 'pass'],
  ['baseline-named', 'bad production', 'fail', 'vs-production'],
  ['baseline-not-found', 'equal', 'warn', 'vs-old'],
  ['best-of-history', 'eroded', 'fail', 'slow-erosion'],
  ['best-of-history', 'equal', 'warn', 'slow-erosion'],
  ['metric-declared', 'equal', 'pass'],
  ['metric-without-direction', 'equal', 'fail', 'profit_per_case'],
  ['composite-or', 'alone', 'pass'],
  ['composite-not', 'alone', 'pass'],
  ['composite-any-warning', 'alone', 'fail', 'stretch', 'stretch-f1'],
  ['evidence-required', 'other data', 'fail', 'accuracy'],
  ['evidence-preferred', 'worse on other data', 'warn', 'accuracy'],
  ['evidence-off', 'other data', 'pass'],
  ['evidence-age', 'equal', 'fail', 'accuracy'],
  ['downgrade-refused', 'fewer rows', 'fail', 'no-downgrade-rows'],
  ['downgrade-allowed', 'fewer rows', 'pass'],
  ['waived', 'alone', 'fail', 'floor'],
  ['waived', 'waiver', 'waived', 'floor'],
  ['aliases', 'equal', 'pass'],
];

test.each(VALID)('%s.yml judges "%s" as %s', (name, scene, verdict, ...open) => {
  const decision = decideBy(name, scene);
  const not = [...decision.gates, ...decision.guards].filter((judged) => judged.verdict !== 'pass');
  expect([decision.verdict, ...not.map(({ id }) => id)]).toEqual([verdict, ...open]);
});

test('without any baseline the complete policy still judges its limits, and says of the rest what is missing', () => {
  const { gates, verdict } = decideBy('complete', 'alone');
  expect(verdict).toBe('warn');
  const judged = gates.filter(({ status }) => status === 'pass').map(({ id }) => id);
  expect(judged).toEqual(['auc-floor', 'fairness-gender', 'calibration', 'size']);
  for (const { id, status } of gates)
    if (!judged.includes(id)) expect([id, status]).toEqual([id, 'no-baseline']);
});

test.each([
  ['outcome-of-a-gate', ['rollback', 'retrain']],
  ['outcome-by-default', ['retrain']],
  ['limit-ceiling', ['block']],
  ['severity-warning', []],
])('%s.yml asks for %j', (name, outcomes) => {
  expect(decideBy(name, 'alone').outcomes).toEqual(outcomes);
});

test.each([
  ['composite-or', true],
  ['composite-any-warning', false],
])('the condition of %s.yml holds: %s', (name, holds) => {
  expect(decideBy(name, 'alone').composite?.holds).toBe(holds);
});

test('gates that are asked together share one correction, and searched slices another', () => {
  expect(decideBy('non-inferior-many', 'worse')).toMatchObject({ requiredTests: 3, exploratoryTests: 0 });
  expect(decideBy('slices-required', 'equal')).toMatchObject({ requiredTests: 3, exploratoryTests: 0 });
  expect(decideBy('complete', 'everything').exploratoryTests).toBe(5);
});

/** File, line, column, and what is said there. */
const INVALID: readonly (readonly [name: string, line: number, column: number, message: string])[] = [
  ['a-list', 1, 1, 'the file is a list; a gate policy has "version: 1" and a list "gates:"'],
  ['a-text', 1, 1, 'the file is a single string'],
  ['empty', 1, 1, 'the file is empty'],
  ['two-documents', 4, 1, 'Source contains multiple documents; keep one'],
  ['a-workflow', 1, 1, 'this is a workflow, not a gate policy'],
  ['a-tab', 3, 1, 'Tabs are not allowed as indentation'],
  ['no-gates', 1, 1, 'the document: the key "gates" is missing'],
  ['empty-gates', 2, 8, 'gates: expected at least 1 items, found 0'],
  ['later-version', 1, 10, 'version: expected 1, found 2'],
  ['unknown-key', 3, 5, 'gates[0]: unknown key "severty"; did you mean "severity"?'],
  ['unknown-section', 1, 1, 'the document: unknown key "waiver"; did you mean "waivers"?'],
  ['duplicate-key', 5, 5, 'Map keys must be unique'],
  ['duplicate-id', 4, 11, 'the id "floor" belongs to gate 1 already'],
  ['duplicate-without-id', 4, 5, 'the id "f1" belongs to gate 1 already'],
  ['decimal-comma', 4, 10, 'found "0,85": numbers have a decimal point'],
  ['not-a-number', 4, 10, '.nan is not a finite number'],
  ['too-large', 4, 10, '1e400 is not a finite number'],
  ['a-boolean', 3, 49, 'gates[0].exploratory: expected boolean, found "no"'],
  ['min-above-max', 3, 24, 'min 0.9 is above max 0.8: no value can hold'],
  ['asks-for-nothing', 3, 5, 'this gate asks for nothing; add one of min, max'],
  ['asks-for-two', 3, 45, 'make min and max-regression gates of their own'],
  ['unknown-baseline', 4, 27, 'there is no baseline "prodution"; did you mean "production"?'],
  ['baseline-of-a-limit', 4, 27, 'versus belongs to max-regression, max-improvement and non-inferior'],
  ['baseline-of-none', 3, 13, '"baseline" is the baseline of the input of that name'],
  ['baseline-of-none', 4, 12, 'a baseline that is none compares with nothing'],
  ['baseline-of-none', 5, 35, 'asset names a file of a release, as in from: release:latest'],
  ['best-of-nothing', 3, 38, 'gates[0].versus.best-of: expected a number of at least 1, found 0'],
  ['best-of-improvement', 3, 27, 'best-of is against many small losses'],
  ['two-kinds-of-rows', 3, 43, 'a gate has slice or group-by, not both'],
  ['composite-unknown-gate', 4, 12, 'column 1 of "flor": there is no gate "flor"; did you mean "floor"?'],
  ['composite-broken', 4, 12, 'column 22 of "floor and (all(error)": expected ) to close the parenthesis'],
  [
    'composite-forgets-a-gate',
    5,
    12,
    'the required gate "my auc" would no longer count; write (floor) and "my auc"',
  ],
  ['waiver-of-no-gate', 6, 28, 'there is no gate "flor"; did you mean "floor"?'],
  ['waiver-by-a-team', 6, 49, '"@org/leads" is a team, whose members a workflow\'s token cannot see'],
  [
    'waiver-by-a-team',
    6,
    63,
    'expected a role such as role:maintain or a person such as @kim, found "maintainers"',
  ],
  ['waiver-for-no-time', 6, 77, 'a waiver that expires at once waives nothing'],
  [
    'waiver-for-a-word',
    6,
    77,
    'waivers.labels[0].expires-after: expected a text such as "7d", found "a week"',
  ],
  ['waiver-twice', 7, 16, 'the label "OK" is listed already; join the two'],
  [
    'mention-of-text',
    5,
    21,
    'report.mention-on-fail[0]: expected a text such as "@org/ml-leads", found "@org/leads please look"',
  ],
  [
    'downgrade-of-nothing',
    3,
    24,
    'evidence.no-downgrade[1]: expected one of "rows", "repeats", "slices", "metrics", found "row"',
  ],
];

test.each(INVALID)('%s.yml is refused at line %i, column %i: %s', (name, line, column, message) => {
  const lines = problemsOf(name).split('\n');
  const found = lines.find((one) => one.startsWith(`${name}.yml:${line}:${column}: `));
  expect(found ?? lines).toContain(message);
});

function problemsOf(name: string): string {
  try {
    parsePolicy(textOf('invalid', name), `${name}.yml`);
  } catch (error) {
    if (error instanceof ActionError && error.code === 'invalid-file') return error.message;
    throw error;
  }
  throw new Error(`${name}.yml was read`);
}

test('every policy of the folder is judged or refused here, sixty at least', () => {
  const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
  expect(sorted(VALID.map(([name]) => name))).toEqual(sorted(namesOf('valid')));
  expect(sorted(INVALID.map(([name]) => name))).toEqual(sorted(namesOf('invalid')));
  expect(namesOf('valid').length + namesOf('invalid').length).toBeGreaterThanOrEqual(60);
});
