import { expect, test } from 'vitest';
import type { DecisionRequest } from '../../../../actions/lib/policy/decide.ts';
import { decide } from '../../../../actions/lib/policy/decide.ts';
import { parseInlineGate } from '../../../../actions/lib/policy/inline-gate.ts';
import type { MetricsView } from '../../../../actions/lib/policy/metrics-view.ts';
import { DEFAULT_POLICY } from '../../../../actions/lib/policy/policy.ts';
import {
  BAD,
  GOOD,
  goodRows as good,
  NOW,
  numbers,
  onOtherData as otherData,
  decideBy as run,
  twinRows as twin,
  view,
} from '../../../support/decisions.ts';
import { simulatedRows } from '../../../support/metrics-evidence.ts';

const inline = (lines: readonly string[], candidate: MetricsView, baseline?: MetricsView) =>
  decide({
    policy: { ...DEFAULT_POLICY, gates: lines.map(parseInlineGate) },
    candidate,
    baseline,
    baselines: new Map(),
    history: undefined,
    waivers: [],
    onNoBaseline: 'warn',
    now: NOW,
    resampling: { resamples: 400, seed: 1 },
  });

const noRows = (from: MetricsView): MetricsView => ({ ...from, rows: undefined });
const relabelled = view(
  good.map((row, index) => (index === 7 ? { ...row, y: row.y === 'yes' ? 'no' : 'yes' } : row)),
);
const WORSE = '  - { metric: accuracy, non-inferior: { margin: 0.02 } }';

test.each<[string, string, Partial<DecisionRequest>, string, string, string, string]>([
  ['a met floor', '  - { metric: accuracy, min: 0.85 }', {}, '', 'pass', 'pass', 'within the limit'],
  [
    'a missed floor',
    '  - { metric: accuracy, min: 0.95 }',
    {},
    '',
    'fail',
    'fail',
    'below the least allowed, 0.95',
  ],
  [
    'a missed floor of a warning',
    '  - { metric: accuracy, min: 0.95, severity: warning }',
    {},
    '',
    'fail',
    'warn',
    'below',
  ],
  [
    'a missed floor that is only shown',
    '  - { metric: accuracy, min: 0.95, severity: info }',
    {},
    '',
    'fail',
    'pass',
    'below',
  ],
  [
    'a floor the interval does not clear',
    '  - { metric: accuracy, min: 0.895, use: ci-lower }',
    {},
    '',
    'fail',
    'fail',
    'the lower end of the 95 % interval',
  ],
  ['a ceiling', '  - { metric: log_loss, max: 0.01 }', {}, '', 'fail', 'fail', 'above the greatest allowed'],
  [
    'a size in megabytes for a rate',
    '  - { metric: accuracy, max: 25MB }',
    {},
    '',
    'refused',
    'fail',
    'not in the unit of accuracy',
  ],
  [
    'a metric nobody measured',
    '  - { metric: acuracy, min: 0.9 }',
    {},
    '',
    'missing',
    'fail',
    'did you mean "accuracy"?',
  ],
  [
    'a slice nobody measured',
    '  - { metric: f1, slice: region=Nort, min: 0.1 }',
    {},
    '',
    'missing',
    'fail',
    'did you mean "region=North"?',
  ],
  [
    'a missing metric that may be',
    '  - { metric: nope, min: 0.9 }',
    {},
    'defaults: { on-missing: warn }\n',
    'missing',
    'warn',
    'does not hold nope',
  ],
  [
    'too few rows',
    '  - { metric: accuracy, min: 0.1, min-rows: 9000 }',
    {},
    '',
    'too-few-rows',
    'inconclusive',
    'rests on 1500 rows',
  ],
  ['an equal model', WORSE.replace('0.02', '0.04'), {}, '', 'pass', 'pass', 'shown not to be worse'],
  [
    'a clearly worse model',
    WORSE,
    { candidate: BAD, baseline: GOOD },
    '',
    'fail',
    'fail',
    'worse than allowed, certain',
  ],
  [
    'an improved model',
    WORSE,
    { candidate: GOOD, baseline: BAD },
    '',
    'pass',
    'pass',
    'better than the baseline',
  ],
  [
    'a worse loss, where lower is better',
    '  - { metric: log_loss, non-inferior: { margin: 0.01 } }',
    { candidate: BAD, baseline: GOOD },
    '',
    'fail',
    'fail',
    'certain',
  ],
  [
    'worse areas',
    '  - { metric: roc_auc, non-inferior: { margin: 0.01 } }',
    { candidate: BAD, baseline: GOOD },
    '',
    'fail',
    'fail',
    'certain',
  ],
  [
    'a worse f1',
    '  - { metric: f1, non-inferior: { margin: 0.01 } }',
    { candidate: BAD, baseline: GOOD },
    '',
    'fail',
    'fail',
    'certain',
  ],
  [
    'a regression beyond the tolerance',
    '  - { metric: accuracy, max-regression: { absolute: 0.01 } }',
    { candidate: BAD, baseline: GOOD },
    '',
    'fail',
    'fail',
    'the allowed change is -0.01 or more',
  ],
  [
    'a regression beyond one of two tolerances',
    '  - { metric: accuracy, max-regression: { absolute: 0.01, relative: 50% } }',
    { candidate: BAD, baseline: GOOD },
    '',
    'pass',
    'pass',
    'within',
  ],
  [
    'the same when any counts',
    '  - { metric: accuracy, max-regression: { absolute: 0.01, relative: 50%, combine: any } }',
    { candidate: BAD, baseline: GOOD },
    '',
    'fail',
    'fail',
    'but',
  ],
  [
    'a leap that smells of a leak',
    '  - { metric: accuracy, max-improvement: { absolute: 0.05 } }',
    { candidate: GOOD, baseline: BAD },
    '',
    'fail',
    'fail',
    '+0.05 or less',
  ],
  ['no baseline', WORSE, { baseline: undefined }, '', 'no-baseline', 'warn', 'there is no baseline'],
  [
    'no baseline where one is demanded',
    WORSE,
    { baseline: undefined, onNoBaseline: 'fail' },
    '',
    'no-baseline',
    'fail',
    'there is no baseline',
  ],
  [
    'a metric that only the candidate has',
    WORSE,
    { baseline: numbers({ f1: 0.5 }) },
    '',
    'no-baseline',
    'warn',
    'the baseline does not hold accuracy',
  ],
  [
    'rows that were not kept',
    WORSE,
    { baseline: noRows(BAD) },
    '',
    'pass',
    'pass',
    'unpaired: the baseline did not keep its rows',
  ],
  [
    'other data without rows',
    WORSE,
    { baseline: otherData(noRows(BAD)) },
    '',
    'refused',
    'fail',
    'the test data of candidate and baseline differ',
  ],
  [
    'other data where that may warn',
    WORSE,
    { candidate: BAD, baseline: otherData(noRows(GOOD)) },
    'evidence: { same-dataset: preferred }\n',
    'fail',
    'warn',
    'certain',
  ],
  [
    'other data where nobody asks',
    WORSE,
    { candidate: BAD, baseline: otherData(noRows(GOOD)) },
    'evidence: { same-dataset: off }\n',
    'fail',
    'fail',
    'certain',
  ],
  [
    'labels that changed',
    WORSE,
    { baseline: relabelled },
    '',
    'refused',
    'fail',
    '1 rows have another label or weight in the baseline (id r7)',
  ],
  [
    'a baseline that is too old',
    WORSE,
    {},
    'evidence: { max-age: 2d }\n',
    'refused',
    'fail',
    'the baseline is 5.0 days old',
  ],
  [
    'few common rows',
    WORSE,
    { baseline: view(twin.slice(0, 1000)) },
    '',
    'refused',
    'fail',
    '1,000 common rows (66.7 %)',
  ],
  [
    'nearly all rows common',
    WORSE.replace('0.02', '0.04'),
    { baseline: view(twin.slice(0, 1450)) },
    '',
    'pass',
    'pass',
    'shown not to be worse',
  ],
])('%s', (_, gates, change, head, status, verdict, reason) => {
  const [gate] = run(gates, change, head).gates;
  expect({ status: gate?.status, verdict: gate?.verdict }).toEqual({ status, verdict });
  expect(gate?.reason).toContain(reason);
});

test('common rows alone are compared when the data differ a little: both numbers are computed on them', () => {
  const part = view(twin.slice(0, 1450));
  const { gates, basis } = run(WORSE, { baseline: part });
  const right = good.slice(0, 1450).filter(({ y, p }) => y === p).length;
  expect(gates[0]?.candidate).toBeCloseTo(right / 1450, 12);
  expect(gates[0]?.n).toBe(1450);
  expect(basis).toBe('on 1,450 common rows (96.7 %); both models were judged on these');
});

test('rows that do not give the numbers of their document are not believed', () => {
  const tampered = { ...GOOD, rows: good.map((row) => ({ ...row, p: row.y })) };
  const [gate] = run(WORSE, { candidate: tampered }).gates;
  expect(gate?.method).toBe('unpaired-intervals');
  expect(gate?.reason).toContain('not what the documents say');
});

test('methods fit the kind of the metric', () => {
  const names = ['accuracy', 'log_loss', 'roc_auc', 'f1', 'average_precision'];
  const { gates } = run(
    names.map((name) => `  - { metric: ${name}, non-inferior: { margin: 0.1 } }`).join('\n'),
  );
  expect(gates.map(({ method }) => method)).toEqual([
    'score-paired',
    'student-t-paired',
    'delong-paired',
    'bootstrap-cells-paired',
    'bootstrap-paired',
  ]);
});

test('every slice is a row of its own, advisory, and a slice that vanished is missing', () => {
  const without = good.map((row) => ({ ...row, k: row.k?.filter((name) => name !== 'region=West') ?? [] }));
  const { gates, exploratoryTests } = run(
    '  - { id: any, metric: accuracy, slices: "*", non-inferior: { margin: 0.02 } }',
    { candidate: view(without) },
  );
  expect(gates.map(({ id, severity, exploratory }) => [id, severity, exploratory])).toEqual([
    ['any[region=North]', 'warning', true],
    ['any[region=South]', 'warning', true],
    ['any[region=West]', 'warning', true],
  ]);
  expect(gates[2]).toMatchObject({ status: 'missing', verdict: 'warn' });
  expect(exploratoryTests).toBe(2);
  expect(gates[0]?.flips?.rows).toBe(gates[0]?.n);
});

test('Holm weighs the required gates together, so that many gates do not block by chance', () => {
  const ids = Array.from(
    { length: 20 },
    (_, index) => `  - { id: g${index}, metric: accuracy, non-inferior: { margin: 0.001 } }`,
  );
  const request = { candidate: GOOD, baseline: view(simulatedRows({ n: 1500, wrong: 0.075, model: 14 })) };
  const holm = run(ids.join('\n'), request, 'defaults: { on-inconclusive: warn }\n');
  const none = run(
    ids.join('\n'),
    request,
    'defaults: { on-inconclusive: warn }\nmultiplicity: { required: none }\n',
  );
  expect([none.verdict, holm.verdict, holm.requiredTests]).toEqual(['fail', 'warn', 20]);
  expect(holm.gates[0]?.adjustedP).toBeCloseTo(20 * (holm.gates[0]?.p ?? 0), 10);
});

test.each([
  ['point', 'pass', 'decided on the estimate: ok'],
  ['warn', 'warn', 'on-inconclusive says warn'],
  ['fail', 'fail', 'on-inconclusive says fail'],
  ['pass', 'pass', 'on-inconclusive says pass'],
])('what is not shown either way ends as on-inconclusive: %s has it', (choice, verdict, reason) => {
  const few = { candidate: view(good.slice(0, 100)), baseline: view(good.slice(0, 100)) };
  const decided = run(
    '  - { metric: accuracy, non-inferior: { margin: 0.001 } }',
    few,
    `defaults: { on-inconclusive: ${choice} }\n`,
  );
  expect(decided.verdict).toBe(verdict);
  expect(decided.gates[0]).toMatchObject({ status: 'inconclusive' });
  expect(decided.gates[0]?.reason).toContain(reason);
});

test('the rows that would settle a gate are those of the textbook', () => {
  const few = { candidate: view(good.slice(0, 300)), baseline: view(twin.slice(0, 300)) };
  const [gate] = run('  - { metric: log_loss, non-inferior: { margin: 0.001 } }', few).gates;
  const half = ((gate?.change?.high ?? 0) - (gate?.change?.low ?? 0)) / 2;
  // scipy 1.17.1: t.ppf(0.975, 299) = 1.967929669, norm.ppf(0.95) + norm.ppf(0.8) = 2.486474861
  const standardError = half / 1.967929669;
  expect(gate?.rowsNeeded).toBe(Math.ceil((2.486474861 ** 2 * standardError ** 2 * 300) / 0.001 ** 2));
});

test.each([
  [
    'a higher-or-lower nobody knows',
    '  - { metric: profit, max-regression: { absolute: 1 } }',
    '',
    'whether a higher or a lower profit is better is not known',
  ],
  [
    'a direction turned around',
    '  - { metric: f1, min: 0 }',
    'metrics: { f1: { direction: lower } }\n',
    'the policy says lower is better',
  ],
])('%s fails its gate by name, never a guess, and no other gate', (_, gates, head, message) => {
  const views = { candidate: numbers({ profit: 10, f1: 0.5 }), baseline: numbers({ profit: 11, f1: 0.5 }) };
  const decided = run(`${gates}\n  - { id: other, metric: profit, max: 100 }`, views, head);
  expect(decided.verdict).toBe('fail');
  expect(decided.gates).toMatchObject([{ status: 'refused', verdict: 'fail' }, { verdict: 'pass' }]);
  expect(decided.gates[0]?.reason).toContain(message);
});

test('a declared direction makes an own metric comparable', () => {
  const views = { candidate: numbers({ cost: 10 }), baseline: numbers({ cost: 8 }) };
  const head = 'metrics: { cost: { direction: lower, unit: EUR } }\n';
  expect(run('  - { metric: cost, max-regression: { absolute: 1 } }', views, head)).toMatchObject({
    verdict: 'fail',
    gates: [{ unit: 'EUR', direction: 'lower', allowed: '+1 EUR', change: { value: 2 } }],
  });
});

test.each([
  ['0.84 against 0.85 - 0.01, which rounding misses', 'f1 >= baseline - 0.01', 0.84, 0.85, 'pass'],
  ['a hair below it', 'f1 >= baseline - 0.01', 0.8399, 0.85, 'fail'],
  ['no change where one is asked for', 'f1 > baseline', 0.85, 0.85, 'fail'],
  ['2 % of a negative baseline', 'r2 >= baseline - 2%', -1.02, -1, 'pass'],
  ['more than that', 'r2 >= baseline - 2%', -1.03, -1, 'fail'],
  ['a share of a baseline of 0', 'r2 >= baseline - 2%', -0.001, 0, 'fail'],
  ['a demanded gain', 'f1 >= baseline + 0.01', 0.86, 0.85, 'pass'],
])('%s', (_, gate, candidate, baseline, verdict) => {
  const name = gate.split(' ')[0] ?? '';
  const text = (value: number) => numbers({ [name]: value });
  expect(inline([gate], text(candidate), text(baseline)).verdict).toBe(verdict);
});

test.each([
  ['no value', { a: Number.NaN, b: 1 }, 'fail', 'no value: it is NaN'],
  ['no value where that may be', { a: Number.NaN, b: 1 }, 'warn', 'no value'],
  ['no metric', { A1: 1, b: 1 }, 'fail', 'does not hold a; did you mean "A1"?'],
] as const)('%s fails its own gate and no other', (_, values, verdict, reason) => {
  const onUndefined = verdict === 'warn' ? 'defaults: { on-undefined: warn }\n' : '';
  const request = { candidate: numbers(values), baseline: undefined };
  const { gates } = run('  - { metric: a, min: 0 }\n  - { metric: b, min: 0 }', request, onUndefined);
  expect(gates.map((gate) => gate.verdict)).toEqual([verdict, 'pass']);
  expect(gates[0]?.reason).toContain(reason);
});

test('an inline gate that points the wrong way says that it limits improvement', () => {
  const { gates } = inline(
    ['log_loss >= baseline - 0.1'],
    numbers({ log_loss: 9 }),
    numbers({ log_loss: 0.3 }),
  );
  expect(gates[0]?.reason).toContain('lower is better, so this gate limits improvement');
});
