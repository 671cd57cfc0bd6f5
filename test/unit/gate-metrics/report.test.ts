import { expect, test } from 'vitest';
import { previousState } from '../../../actions/gate-metrics/posting/previous-state.ts';
import { changeCell } from '../../../actions/gate-metrics/report/change.ts';
import { verdictLine } from '../../../actions/gate-metrics/report/verdict-line.ts';
import {
  COMMENT_LIMITS,
  type ReportContext,
  renderReport,
  SUMMARY_LIMITS,
} from '../../../actions/gate-metrics/report.ts';
import type { GateResult } from '../../../actions/lib/documents/gate.ts';
import { DEFAULT_POLICY } from '../../../actions/lib/policy/policy.ts';
import { BASELINE, GATE_DOCUMENTS, gateDocument, gateResult } from '../../support/gate-documents.ts';
import { renderLikeGitHub } from '../../support/github-markdown.ts';

const CONTEXT: ReportContext = {
  runUrl: 'https://github.com/o/r/actions/runs/813',
  run: 813,
  headSha: 'e'.repeat(40),
  baseBranch: 'main',
  artifactUrl: 'https://github.com/o/r/actions/runs/813/artifacts/5',
  waivers: DEFAULT_POLICY.waivers,
  previous: undefined,
  mention: [],
  origin: undefined,
};

const comment = (document = GATE_DOCUMENTS.fail, change: Partial<ReportContext> = {}): string =>
  renderReport(document, { ...CONTEXT, ...change }, COMMENT_LIMITS);

const before = (text: string, first: string, second: string): void => {
  expect(text).toContain(first);
  expect(text).toContain(second);
  expect(text.indexOf(first)).toBeLessThan(text.indexOf(second));
};

test('the first line is the verdict, and failing gates come first, then open ones, then those that hold', () => {
  const report = comment();
  expect(report.split('\n')[0]).toBe('### Model gate failed, 1 of 9 gates blocks');
  before(report, '| :x: | recall-young: recall, age\\_band = 18-25 (n = 311)', '| :warning: | latency');
  before(report, '| :warning: | latency', '| :question: | any-slice');
  before(report, '| :question: | any-slice', '| :white_check_mark: | auc-not-worse');
  before(report, '**What would unblock this:**', 'How this was decided');
});

test('each row has words beside its symbol, the interval, what is allowed, and which way is better', () => {
  const report = comment();
  expect(report).toContain('Change (95&nbsp;% interval)');
  expect(report).toContain(
    '| 0.612 | 0.686 | -0.074<br>(-0.114&nbsp;to&nbsp;-0.034) | -0.03 | **not allowed**: worse than',
  );
  expect(report).toContain(
    '+17.4&nbsp;%, +6.1&nbsp;ms | +15&nbsp;% and +5&nbsp;ms | **not allowed** (advisory): ',
  );
  expect(report).toContain(
    '(lower is better) | 0.3012 | 0.3044 | -0.0032<br>(-0.0061&nbsp;to&nbsp;-0.0003) | +0.005 and +2&nbsp;% | improved |',
  );
  expect(report).toContain(
    '| upper end ≤ 0.08 | ok: the upper end of the interval, 0.067, is at most 0.08 |',
  );
});

test.each([
  [
    {},
    '`main` at `41d0e7c`, 3 commits before the merge base, [run 812](https://github.com/o/r/actions/runs/812)',
  ],
  [{ origin: 'merge-base', distance: 0 }, '`main` at `41d0e7c`, the merge base, [run 812]'],
  [{ origin: 'previous-run', distance: 1 }, '`main` at `41d0e7c`, 1 commit before this commit, [run 812]'],
  [
    { origin: 'history', run: undefined },
    'the history of `main` at `41d0e7c`, 3 commits before the merge base, on',
  ],
  [
    { origin: 'given', distance: undefined, run: undefined, commit: '' },
    'artifact:evaluate-model@​run:812, on',
  ],
  [
    { origin: 'release', distance: undefined, location: 'release:v1/m.json', run: undefined },
    'release:v1/m.json at `41d0e7c`, on the same',
  ],
  [
    { origin: 'production', distance: undefined, location: 'v7', run: undefined },
    'production (v7) at `41d0e7c`, on the same',
  ],
] as const)('a baseline %j is named with its distance', (change, words) => {
  const { run: _, distance: __, ...rest } = BASELINE;
  const given = { ...BASELINE, ...change };
  const baseline = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const report = comment(gateDocument([gateResult()], { baseline: { ...rest, ...baseline } }));
  expect(report.replaceAll('&#8203;', '​')).toContain(`compared with ${words}`);
});

test.each<[GateResult['change'], Partial<GateResult>, string]>([
  [{ value: -0.0825, low: -0.11571, high: -0.049861 }, {}, '-0.0825<br>(-0.1157 to -0.0499)'],
  [{ value: 0.0029, low: 0.0004, high: 0.0054 }, {}, '+0.0029<br>(+0.0004 to +0.0054)'],
  [{ value: 0.00001, low: -0.2, high: 0.2 }, {}, '0.0<br>(-0.2 to +0.2)'],
  [{ value: 12, low: -3, high: 27 }, {}, '+12<br>(-3 to +27)'],
  [{ value: 0, low: 0, high: 0 }, {}, '0<br>(0 to 0)'],
  [{ value: 2e-7, low: -1e-7, high: 5e-7 }, {}, '+2e-7<br>(-1e-7 to +5e-7)'],
  [{ value: 6.1 }, { unit: 'ms', baseline: 35.1 }, '+17.4 %, +6.1 ms'],
  [undefined, {}, '-'],
])('a change %j is written with equally many decimals, as few as show it', (moved, more, cell) => {
  const { change: _, ...gate } = gateResult(more);
  expect(changeCell({ ...gate, ...(moved && { change: moved }) }).replaceAll('&nbsp;', ' ')).toBe(cell);
});

test('only gates on the baseline itself ask for one, and only open gates for rows', () => {
  const waiting = gateResult({ status: 'no-baseline', verdict: 'warn' });
  const history = { ...waiting, id: 'ratchet', against: 'best of 20 on main' };
  const none = { baseline: null, verdict: 'warn' } as const;
  expect(comment(gateDocument([history], none))).not.toContain('**There is no baseline.**');
  expect(comment(gateDocument([history, waiting], none))).toContain('1 gate compares with one');
  const certain = gateResult({ id: 'certain', status: 'fail', verdict: 'fail', rowsNeeded: 9 });
  const open = gateResult({ id: 'open', status: 'inconclusive', verdict: 'warn', rowsNeeded: 9_000 });
  expect(comment(gateDocument([certain, open]))).toContain('what is open: open about 9,000 (it has 4,812).');
});

test('without a baseline the report says what is missing, where it looked and how to get it', () => {
  const report = comment(GATE_DOCUMENTS['no-baseline']);
  expect(report).toContain(
    '**There is no baseline.** 2 gates compare with one; limits are judged all the same.',
  );
  expect(report).toContain('- branch mlops-history: there is no such branch');
  expect(report).toContain('let this workflow run on `main` once');
  expect(comment(gateDocument([gateResult({ baseline: null })], { baseline: null }))).not.toContain(
    'There is no',
  );
});

test('waivers in use are named with owner, reason and end; those that do not count are said loudly', () => {
  const waived = comment(GATE_DOCUMENTS.waived);
  expect(waived.replaceAll('&#8203;', '')).toContain(
    '- recall-young: granted by @kim by label, until 2026-11-15, for a loss of at most 0.1, because: label definition changed, see \\#412',
  );
  expect(waived).toContain('| :ballot_box_with_check: | recall-young');
  expect(waived).toContain('**waived until 2026-11-15, else not allowed**');
  for (const [state, words] of [
    ['expired', 'has expired'],
    ['exceeded', 'does not cover this loss'],
    ['refused', 'does not count'],
  ] as const) {
    const waivers = GATE_DOCUMENTS.waived.waivers.map((waiver) => ({ ...waiver, state, message: 'why so' }));
    expect(comment({ ...GATE_DOCUMENTS.fail, waivers })).toContain(
      `> [!WARNING]\n> **The waiver of recall-young ${words}**: why so (`,
    );
  }
});

test('what would unblock a gate names the label, the comment line and the file where the policy offers them', () => {
  const waivers = {
    file: '.mlops/waivers.yml',
    labels: [
      {
        label: 'gate: accept recall-young',
        gates: ['recall-young'],
        appliedBy: ['role:maintain', 'role:admin'],
        reasonRequired: true,
        expiresAfterMs: 7 * 86_400_000,
        maxValueLoss: 0.1,
      },
      {
        label: 'gate: accept size',
        gates: ['size'],
        appliedBy: ['@kim'],
        reasonRequired: false,
        expiresAfterMs: 3_600_000,
        maxValueLoss: undefined,
      },
    ],
  };
  const report = comment(GATE_DOCUMENTS.fail, { waivers });
  expect(report).toContain(
    'or add the label `gate: accept recall-young` and comment `/waive recall-young because …` (maintain or admin; counts 7 d; excuses a loss of at most 0.1), or enter a waiver in `.mlops/waivers.yml` on the base branch',
  );
  expect(report).not.toContain('gate: accept size');
  expect(report).toContain(
    'change the gate in `.mlops/gates.yml` on the base branch, in a pull request of its own',
  );
});

test('a policy that the pull request edits is shown as a table of what would change', () => {
  const report = comment(GATE_DOCUMENTS['policy-edited']);
  expect(report).toContain('The edited one would say **pass** in place of **fail**:');
  expect(report).toContain('| recall-young | -0.03: fail | -0.1: pass |');
  expect(report).toContain('| calibration | ≤ 0.03: pass | **removed** |');
  expect(report).toContain('| precision-floor | not there | ≥ 0.5: pass |');
});

test('rows that changed are counted, also in the failing slice, and the first are listed, broken ones first', () => {
  const report = comment();
  expect(report).toContain(
    'Rows that changed: 121 fixed, 133 broken of 4,812; in age\\_band = 18-25: 5 fixed, 28 broken.',
  );
  expect(report).toContain('<details><summary>The first 3 rows that changed</summary>');
  before(report, '| case-10442 | default | default | paid | broken |', '| case-20013 |');
  const none = { ...GATE_DOCUMENTS.fail, report: { ...GATE_DOCUMENTS.fail.report, changedRows: 0 } };
  expect(comment(none)).not.toContain('case-10442');
});

test('guards, the condition of the policy and what failed gates ask for are said', () => {
  const document = gateDocument([gateResult()], {
    verdict: 'fail',
    guards: [{ id: 'no-downgrade: rows', verdict: 'fail', reason: '25 rows where the baseline had 249' }],
    composite: { expression: 'a and (b | c)', holds: null },
    outcomes: ['rollback', 'retrain'],
  });
  const report = comment(document);
  expect(report.split('\n')[0]).toBe('### Model gate failed, 1 evidence guard blocks');
  expect(report).toContain('- :x: blocks, **no-downgrade: rows**: 25 rows where the baseline had 249');
  expect(renderLikeGitHub(report).text).toContain("The policy's condition a and (b | c) is left open");
  expect(report).toContain(
    'the model in production is to be taken back (rollback); a new model is to be trained',
  );
});

test('a trend is a line of blocks and a chart that Mermaid can read', () => {
  const report = comment();
  expect(report).toContain(
    '<summary>roc_auc over 9 commits and this one: <code>▁▂▂▃▅▆▅▆▇█</code> 0.8611 → 0.8731</summary>',
  );
  expect(report).toContain(
    '  x-axis "commits, oldest first" ["1", "2", "3", "4", "5", "6", "7", "8", "9", "this"]\n',
  );
  expect(report).toMatch(/ {2}y-axis 0\.8599\d* --> 0\.8743\d*\n/);
  expect(report).toMatch(/ {2}line \[0\.86110, 0\.86330, .*, 0\.87310\]\n```/);
});

test.each<[string, readonly number[], string | undefined]>([
  ['one point', [1], undefined],
  ['equal values', [0.5, 0.5, 0.5], '▅▅▅'],
  ['zeros', [0, 0], '▅▅'],
  ['tiny values, which are only a line', [1e-9, 2e-9], '▁█'],
  ['huge values, which are only a line', [1e15, 3e15], '▁█'],
  ['negative values', [-3, -1, -2], '▁█▅'],
])('a trend of %s is drawn as far as it can be', (_, values, line) => {
  const points = values.map((value) => ({ commit: 'a'.repeat(40), created: '2026-01-01T00:00:00Z', value }));
  const report = comment(gateDocument([gateResult()], { trends: [{ metric: 'm', points }] }));
  if (line === undefined) expect(report).not.toContain('<code>');
  else expect(report).toContain(`<code>${line}</code>`);
  const drawn = /y-axis (\S+) --> (\S+)\n {2}line \[(.*)\]/.exec(report);
  expect(drawn === null).toBe(
    values.length < 2 || values.some((value) => value > 1e12 || (value > 0 && value < 1e-6)),
  );
  for (const number of drawn?.slice(1, 3) ?? []) expect(number).toMatch(/^-?\d+(\.\d+)?$/);
  if (drawn) expect(Number(drawn[1])).toBeLessThan(Number(drawn[2]));
});

test('people are mentioned only where the caller says so', () => {
  expect(renderLikeGitHub(comment()).mentions).toEqual([]);
  expect(renderLikeGitHub(comment(undefined, { mention: ['@org/ml-leads'] })).mentions).toEqual([
    '@org/ml-leads',
  ]);
});

test.each([
  ['pass', [gateResult()], {}, 'passed, the gate holds'],
  ['pass', [gateResult(), gateResult()], {}, 'passed, all 2 gates hold'],
  ['warn', [gateResult({ verdict: 'warn' }), gateResult()], {}, 'passed with warnings, 1 of 2 gates warns'],
  ['inconclusive', [gateResult({ verdict: 'inconclusive' })], {}, 'undecided, 1 of 1 gate is inconclusive'],
  [
    'fail',
    [gateResult({ verdict: 'fail' }), gateResult({ verdict: 'fail' })],
    {},
    'failed, 2 of 2 gates block',
  ],
  [
    'fail',
    [gateResult()],
    { composite: { expression: 'x', holds: false } },
    "failed, the policy's condition does not hold",
  ],
  [
    'inconclusive',
    [gateResult()],
    { composite: { expression: 'x', holds: null } },
    "undecided, the policy's condition is open",
  ],
  [
    'fail',
    [gateResult({ verdict: 'fail' })],
    { guards: ['a', 'b'].map((id) => ({ id, verdict: 'fail' as const, reason: '' })) },
    'failed, 1 of 1 gate blocks, 2 evidence guards block',
  ],
] as const)('a verdict of %s is said in words', (verdict, gates, change, line) => {
  expect(verdictLine(gateDocument(gates, { verdict, ...change }))).toBe(`Model gate ${line}`);
});

test('the state of a comment can be read back for the one that replaces it', () => {
  const report = comment();
  expect(previousState(`<!-- marker -->\n${report}`)).toBe(
    'Model gate failed, 1 of 9 gates blocks at eeeeeee',
  );
  expect(previousState('hello')).toBeUndefined();
  const next = comment(undefined, { previous: previousState(report) });
  expect(next.replaceAll('&#8203;', '')).toContain(
    '; before: Model gate failed, 1 of 9 gates blocks at eeeeeee.',
  );
});

const bytes = (text: string): number => new TextEncoder().encode(text).length;

test('five hundred failing gates with long hostile names stay within every limit, and what is left out is counted', () => {
  const name = (index: number): string => `${index} <b>@org/x</b> ${'`|#1 𝒳'.repeat(600)}`;
  const gates = Array.from({ length: 500 }, (_, index) =>
    gateResult({
      id: name(index),
      metric: name(index),
      slice: `a=${name(index)}`,
      allowed: name(index),
      unit: name(index),
      reason: name(index),
      status: 'fail',
      verdict: 'fail',
    }),
  );
  const document = gateDocument(gates, {
    ...GATE_DOCUMENTS.fail,
    gates,
    notes: Array.from({ length: 300 }, (_, index) => name(index)),
    baselineSearch: Array.from({ length: 100 }, (_, index) => ({ place: name(index), found: name(index) })),
    policyChange: {
      digest: BASELINE.digest,
      verdict: 'pass',
      differences: gates.map(({ id }) => ({ id, base: null, head: null })),
    },
  });
  const body = comment(document, {
    previous: name(1),
    baseBranch: name(2),
    waivers: { file: name(3), labels: [] },
  });
  expect(bytes(body)).toBeLessThanOrEqual(60_000);
  expect(body.split('\n')[0]).toBe('### Model gate failed, 500 of 500 gates block');
  const shown = body.match(/^\| :x: \|/gm)?.length ?? 0;
  expect(shown).toBeGreaterThan(3);
  expect(body).toContain(
    `${500 - shown} more gates: see gate.json of [the artifact](${CONTEXT.artifactUrl}).`,
  );
  expect(body).toContain('3 more rows: see');
  expect(body).toContain('Updated for `eeeeeee`');
  expect(bytes(renderReport(document, CONTEXT, SUMMARY_LIMITS))).toBeLessThanOrEqual(1024 * 1024);
  expect(renderReport(document, CONTEXT, SUMMARY_LIMITS).match(/^\| :x: \|/gm)?.length).toBeGreaterThan(
    shown,
  );
});

test('parts give up items in a fixed order: gates that need attention are the last to go', () => {
  const gates = Array.from({ length: 40 }, (_, index) => gateResult({ id: `ok-${index}` }));
  const failing = Array.from({ length: 20 }, (_, index) =>
    gateResult({ id: `bad-${index}`, status: 'fail', verdict: 'fail' }),
  );
  const document = { ...GATE_DOCUMENTS.fail, gates: [...gates, ...failing] };
  const sizes = [60_000, 9_000, 7_000, 5_000].map((maxBytes) => {
    const report = renderReport(document, CONTEXT, { openRows: 6, maxBytes });
    expect(bytes(report)).toBeLessThanOrEqual(maxBytes);
    const count = (pattern: RegExp): number => report.match(pattern)?.length ?? 0;
    return [count(/^\| case-/gm), count(/```mermaid/g), count(/^\| :white/gm), count(/^\| :x:/gm)];
  });
  expect(sizes[0]).toEqual([3, 2, 40, 20]);
  for (const [index, row] of sizes.entries())
    for (const [column, value] of row.entries())
      expect(value).toBeLessThanOrEqual(sizes[Math.max(0, index - 1)]?.[column] ?? 0);
  expect(sizes[1]?.slice(0, 2)).toEqual([0, 0]);
  expect(sizes[1]?.[3]).toBe(20);
  expect(sizes[3]?.[2]).toBe(0);
  expect(sizes[3]?.[3]).toBeGreaterThan(0);
});
