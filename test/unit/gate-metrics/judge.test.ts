import { expect, test } from 'vitest';
import { NO_BASELINE } from '../../../actions/gate-metrics/baseline/found-baseline.ts';
import { type Evidence, judge } from '../../../actions/gate-metrics/judge.ts';
import type { Policies } from '../../../actions/gate-metrics/policy/load-policy.ts';
import { sha256 } from '../../../actions/lib/digest.ts';
import type { GateDocument } from '../../../actions/lib/documents/gate.ts';
import type { MetricsView } from '../../../actions/lib/policy/metrics-view.ts';
import { parsePolicy } from '../../../actions/lib/policy/parse-policy.ts';
import { readDocument, writeDocument } from '../../../actions/lib/schema/documents.ts';
import { withCompiler } from '../../../actions/lib/schema/schema-compiler.ts';
import type { Verdict } from '../../../actions/lib/verdict.ts';
import { BAD, GOOD, historyPoint, NOW, numbers, TWIN } from '../../support/decisions.ts';
import { memoryRuntime } from '../../support/memory-runtime.ts';

const MAIN = 'c'.repeat(40);

const applied = (text: string) => ({
  policy: parsePolicy(text, '.mlops/gates.yml'),
  path: '.mlops/gates.yml',
  ref: 'base',
  commit: MAIN,
  digest: sha256(text),
  inlineGates: 0,
});

const FULL = `version: 1
model: churn-eu
baselines: { prod: { from: "release:latest" }, old: { from: "release:v1" } }
gates:
  - { id: floor, metric: accuracy, min: 0.5 }
  - { id: not-worse, metric: accuracy, non-inferior: { margin: 0.02 }, outcome: rollback }
  - { id: prod, metric: f1, versus: prod, max-regression: { absolute: 0.5 } }
  - { id: slow, metric: accuracy, versus: { best-of: 3, branch: main }, max-regression: { absolute: 0.5 } }
  - { id: any, metric: f1, slices: "*", non-inferior: { margin: 0.5 } }
composite: all(error)
report: { primary: [accuracy, f1, nothing], changed-rows: 3, mention-on-fail: ["@octo/ml"] }
`;

const found = (view: MetricsView, origin: 'merge-base' | 'release' = 'merge-base') => ({
  baseline: { view, origin, commit: MAIN, distance: 2, run: 12 },
  attempts: [{ place: 'run of the merge base', found: 'run 12' }],
  incomplete: false,
});

const evidence = (change: Partial<Evidence> = {}): Evidence => ({
  candidate: BAD,
  baseline: found(GOOD),
  named: new Map([
    ['prod', found(TWIN, 'release')],
    ['old', NO_BASELINE],
  ]),
  history: [0.8, 0.81].map((value, index) => historyPoint(index + 1, [{ name: 'accuracy', value }])),
  waivers: [],
  ...change,
});

async function judged(
  change: Partial<Evidence> = {},
  policies: Partial<Policies> = {},
  onNoBaseline: Verdict = 'warn',
): Promise<GateDocument> {
  await using runtime = await memoryRuntime({
    action: 'gate-metrics@1.0.0',
    context: { defaultBranch: 'main' },
  });
  const all = { deciding: applied(FULL), proposed: undefined, notes: ['a note'], ...policies };
  const document = judge(runtime, { onNoBaseline }, all, evidence(change));
  // What is written can be read back as what it is.
  const text = await withCompiler(() => writeDocument(document));
  expect(await withCompiler(() => readDocument('gate', text, 'gate.json'))).toEqual(JSON.parse(text));
  return document;
}

test('the document says all that was judged, against what, and how it ended', async () => {
  const document = await judged();
  expect(document).toMatchObject({
    schema: 'mlops-actions/gate/v1',
    verdict: 'fail',
    model: { name: 'churn-eu' },
    candidate: { location: 'metrics.json', commit: 'a'.repeat(40) },
    baseline: {
      commit: MAIN,
      basis: 'on the same 1,500 test rows',
      origin: 'merge-base',
      distance: 2,
      run: 12,
    },
    baselineSearch: [{ place: 'run of the merge base', found: 'run 12' }],
    namedBaselines: { prod: { origin: 'release', basis: 'on the same 1,500 test rows' }, old: null },
    policy: { path: '.mlops/gates.yml', ref: 'base', commit: MAIN },
    multiplicity: {
      required: 'holm',
      requiredTests: 1,
      exploratory: 'benjamini-hochberg',
      exploratoryTests: 3,
    },
    settings: {
      confidence: 0.95,
      onInconclusive: 'point',
      onNoBaseline: 'warn',
      resamples: 2000,
      seed: 12345,
    },
    composite: { expression: 'all(error)', holds: false },
    outcomes: ['rollback'],
    waivers: [],
    report: { primary: ['accuracy', 'f1', 'nothing'], changedRows: 3, mentionOnFail: ['@octo/ml'] },
    notes: ['a note', expect.stringContaining('plain numbers')],
  });
  expect(document.baseline?.created).toBe('2026-01-10T12:00:00.000Z');
  expect(document.gates.map(({ id, against }) => [id, against])).toEqual([
    ['floor', undefined],
    ['not-worse', 'baseline'],
    ['prod', 'prod'],
    ['slow', 'best of 3 on main'],
    ['any[region=North]', 'baseline'],
    ['any[region=South]', 'baseline'],
    ['any[region=West]', 'baseline'],
  ]);
  expect(document.guards).toHaveLength(4);
  expect(document.changedRows).toHaveLength(3);
  expect(document.flips?.rows).toBe(1500);
});

test('its subjects name by content whatever the verdict rests on', async () => {
  const { subjects } = await judged();
  expect(subjects.map(({ role, digest }) => [role, digest])).toEqual([
    ['model', BAD.document?.model?.digest],
    ['metrics', BAD.digest],
    ['policy', sha256(FULL)],
    ['baseline', GOOD.digest],
    ['baseline', TWIN.digest],
  ]);
});

test('a trend ends in the candidate, of primary metrics that have a history', async () => {
  const { trends } = await judged();
  const value = BAD.entries.find(({ name }) => name === 'accuracy')?.value;
  expect(trends.map(({ metric, points }) => [metric, points.map((point) => point.value)])).toEqual([
    ['accuracy', [0.8, 0.81, value]],
  ]);
});

test('without primary metrics the trends are those of the first gates', async () => {
  const deciding = applied(FULL.replace(/report:.*\n/, ''));
  expect((await judged({}, { deciding })).trends.map(({ metric }) => metric)).toEqual(['accuracy']);
});

test('without any baseline or history the document still says how it ended', async () => {
  const document = await judged({ baseline: NO_BASELINE, named: new Map(), history: undefined });
  expect(document).toMatchObject({
    verdict: 'warn',
    baseline: null,
    namedBaselines: {},
    guards: [],
    trends: [],
  });
  expect(document).not.toHaveProperty('baselineSearch');
  expect(document).not.toHaveProperty('flips');
  expect(document.composite?.holds).toBeNull();
});

test('an outage while a baseline was looked for never passes', async () => {
  const outage = { ...NO_BASELINE, incomplete: true };
  const without = {
    baseline: NO_BASELINE,
    named: new Map(),
    history: [historyPoint(1, [{ name: 'accuracy', value: 0.5 }])],
  };
  const deciding = applied(FULL.replace(/ {2}- \{ id: any.*\n/, '').replace(/ {2}- \{ id: prod.*\n/, ''));
  expect((await judged(without, { deciding }, 'pass')).verdict).toBe('pass');
  expect((await judged({ ...without, baseline: outage }, { deciding }, 'pass')).verdict).toBe('warn');
  expect(
    (await judged({ ...without, named: new Map([['prod', outage]]) }, { deciding }, 'pass')).verdict,
  ).toBe('warn');
});

test('an edited policy is judged too and decides nothing', async () => {
  const proposed = applied(FULL.replace('margin: 0.02', 'margin: 0.5').replace('id: floor', 'id: ground'));
  const { verdict, policyChange } = await judged({}, { proposed });
  expect(verdict).toBe('fail');
  expect(policyChange).toEqual({
    digest: proposed.digest,
    verdict: 'pass',
    differences: [
      { id: 'floor', base: { allowed: '≥ 0.5', verdict: 'pass' }, head: null },
      {
        id: 'not-worse',
        base: { allowed: '-0.02', verdict: 'fail' },
        head: { allowed: '-0.5', verdict: 'pass' },
      },
      { id: 'ground', base: null, head: { allowed: '≥ 0.5', verdict: 'pass' } },
    ],
  });
});

test('a waiver is in the document, at its gate and in the list', async () => {
  const waiver = {
    gate: 'not-worse',
    source: 'label' as const,
    owner: '@kim',
    reason: 'known',
    expires: NOW + 1000,
    maxValueLoss: 0.5,
    refused: undefined,
    line: undefined,
  };
  const document = await judged({ waivers: [waiver] });
  expect(document).toMatchObject({
    verdict: 'waived',
    waivers: [{ state: 'used', maxValueLoss: 0.5 }],
    outcomes: [],
  });
  expect(document.gates[1]).toMatchObject({ verdict: 'waived', status: 'fail', waiver: { owner: '@kim' } });
  expect(document.composite?.holds).toBe(true);
});

test('numbers of another tool give a document without model and rows', async () => {
  const deciding = applied('version: 1\ngates:\n  - { metric: accuracy, min: 0.5 }\n');
  const document = await judged(
    { candidate: numbers({ accuracy: 0.9 }), baseline: NO_BASELINE },
    { deciding },
  );
  expect(document).toMatchObject({ verdict: 'pass', candidate: { location: 'm.json', commit: '' } });
  expect(document).not.toHaveProperty('model');
});
