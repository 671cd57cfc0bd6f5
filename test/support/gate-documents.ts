import type { GateBaseline, GateDocument, GateResult, WaiverUse } from '../../actions/lib/documents/gate.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;

/** A gate that holds by a limit of its own, without a baseline. */
const limit = (change: Partial<GateResult>): GateResult => {
  const { change: _, method: __, ...rest } = gateResult({ baseline: null, ...change });
  return rest;
};

/** A gate that holds, with what a test changes about it. */
export const gateResult = (change: Partial<GateResult> = {}): GateResult => ({
  id: 'f1-not-worse',
  metric: 'f1',
  severity: 'error',
  outcome: 'block',
  exploratory: false,
  status: 'pass',
  verdict: 'pass',
  direction: 'higher',
  candidate: 0.6842,
  baseline: 0.6801,
  change: { value: 0.0041, low: -0.0032, high: 0.0114, level: 0.95 },
  allowed: '-0.01',
  method: 'bootstrap-cells-paired',
  n: 4812,
  reason: 'not worse than allowed, shown by the interval',
  line: 12,
  ...change,
});

export const BASELINE: GateBaseline = {
  location: 'artifact:evaluate-model@run:812',
  digest,
  commit: '41d0e7c9b2a1f00d41d0e7c9b2a1f00d41d0e7c9',
  created: '2026-10-01T08:00:00Z',
  basis: 'on the same 4,812 test rows',
  origin: 'ancestor',
  distance: 3,
  run: 812,
};

/** A document that passes, with what a test changes about it. */
export const gateDocument = (
  gates: readonly GateResult[] = [gateResult()],
  change: Partial<GateDocument> = {},
): GateDocument => ({
  schema: 'mlops-actions/gate/v1',
  created: '2026-10-02T09:14:03Z',
  source: {
    repository: 'octo/models',
    commit: '9f1c2ab0c3d4e5f69f1c2ab0c3d4e5f69f1c2ab0',
    ref: 'refs/pull/418/merge',
    workflow: '.github/workflows/gate.yml@refs/heads/main',
    run: 813,
    attempt: 1,
    action: 'gate-metrics@1.0.0',
  },
  subjects: [],
  verdict: 'pass',
  model: { name: 'credit-default', digest },
  candidate: {
    location: 'mlops/evaluate-model',
    digest,
    commit: '9f1c2ab0c3d4e5f69f1c2ab0c3d4e5f69f1c2ab0',
  },
  baseline: BASELINE,
  namedBaselines: {},
  policy: {
    path: '.mlops/gates.yml',
    ref: 'base',
    commit: '41d0e7c9b2a1f00d41d0e7c9b2a1f00d41d0e7c9',
    digest,
    inlineGates: 0,
  },
  multiplicity: {
    required: 'holm',
    requiredTests: 2,
    exploratory: 'benjamini-hochberg',
    exploratoryTests: 4,
  },
  settings: { confidence: 0.95, onInconclusive: 'point', onNoBaseline: 'warn', resamples: 2000, seed: 12345 },
  gates,
  guards: [
    { id: 'same-dataset', verdict: 'pass', reason: 'both were measured on the same data' },
    { id: 'no-downgrade: rows', verdict: 'pass', reason: '4,812 rows, as many as before' },
  ],
  waivers: [],
  outcomes: [],
  trends: [],
  report: { primary: ['roc_auc', 'log_loss', 'f1'], changedRows: 10, mentionOnFail: [] },
  notes: ['Excluded from slices: gender = X (9 rows, fewer than 50).'],
  ...change,
});

const HOLDING: readonly GateResult[] = [
  gateResult({
    id: 'auc-not-worse',
    metric: 'roc_auc',
    candidate: 0.8731,
    baseline: 0.8702,
    change: { value: 0.0029, low: 0.0004, high: 0.0054 },
    allowed: '-0.005',
    method: 'delong-paired',
    reason: 'better, shown by the interval',
  }),
  gateResult({
    id: 'logloss',
    metric: 'log_loss',
    direction: 'lower',
    candidate: 0.3012,
    baseline: 0.3044,
    change: { value: -0.0032, low: -0.0061, high: -0.0003 },
    allowed: '+0.005 and +2 %',
    method: 'student-t-paired',
    reason: 'better, shown by the interval',
  }),
  limit({
    id: 'fairness-gender',
    metric: 'equalized_odds_difference',
    by: 'gender',
    direction: 'lower',
    candidate: 0.041,
    allowed: 'upper end ≤ 0.08',
    reason: 'the upper end of the interval, 0.067, is at most 0.08',
  }),
  limit({
    id: 'calibration',
    metric: 'ece',
    direction: 'lower',
    candidate: 0.021,
    allowed: '≤ 0.03',
    reason: 'at most 0.03',
  }),
  limit({
    id: 'size',
    metric: 'model_size_bytes',
    unit: 'byte',
    direction: 'lower',
    candidate: 19_084_321,
    allowed: '≤ 25MB',
    reason: 'at most 25MB',
  }),
  gateResult(),
];

const WORSE = gateResult({
  id: 'recall-young',
  metric: 'recall',
  slice: 'age_band=18-25',
  n: 311,
  candidate: 0.612,
  baseline: 0.686,
  change: { value: -0.074, low: -0.114, high: -0.034 },
  allowed: '-0.03',
  status: 'fail',
  verdict: 'fail',
  reason: 'worse than allowed, shown by the interval',
  flips: { fixed: 5, broken: 28, rows: 311 },
  line: 41,
});

const SLOWER = gateResult({
  id: 'latency',
  metric: 'latency_p95_ms',
  unit: 'ms',
  severity: 'warning',
  direction: 'lower',
  candidate: 41.2,
  baseline: 35.1,
  change: { value: 6.1 },
  allowed: '+15 % and +5 ms',
  status: 'fail',
  verdict: 'warn',
  method: 'plain-numbers',
  reason: 'worse than allowed by the plain numbers',
  line: 62,
});

const SOUTH = gateResult({
  id: 'any-slice[region=South]',
  metric: 'f1',
  slice: 'region=South',
  n: 402,
  severity: 'warning',
  exploratory: true,
  candidate: 0.655,
  baseline: 0.668,
  change: { value: -0.013, low: -0.062, high: 0.036 },
  allowed: '-0.05',
  status: 'inconclusive',
  verdict: 'pass',
  rowsNeeded: 620,
  reason: 'not shown to hold; the estimate is within what is allowed',
  line: 51,
});

const WAIVER: WaiverUse = {
  gate: 'recall-young',
  source: 'label',
  owner: '@kim',
  reason: 'label definition changed, see #412',
  expires: '2026-11-15T23:59:59Z',
  state: 'used',
  message: 'excuses the gate',
  maxValueLoss: 0.1,
};

const TRENDS: GateDocument['trends'] = [
  {
    metric: 'roc_auc',
    points: [0.8611, 0.8633, 0.8629, 0.8655, 0.8681, 0.869, 0.8674, 0.8699, 0.8702, 0.8731].map(
      (value, index) => ({
        commit: `${index}`.repeat(40),
        created: `2026-09-${10 + index}T00:00:00Z`,
        value,
      }),
    ),
  },
  {
    metric: 'log_loss',
    points: [0.3112, 0.3098, 0.3101, 0.3066, 0.3051, 0.3044, 0.3012].map((value, index) => ({
      commit: `${index}`.repeat(40),
      created: `2026-09-${10 + index}T00:00:00Z`,
      value,
    })),
  },
];

const ROWS: NonNullable<GateDocument['changedRows']> = [
  { id: 'case-10442', actual: 'default', candidate: 'paid', baseline: 'default', change: 'broken' },
  { id: 'case-10871', actual: 'default', candidate: 'paid', baseline: 'default', change: 'broken' },
  { id: 'case-20013', actual: 'paid', candidate: 'paid', baseline: 'default', change: 'fixed' },
];

/** One document for each answer a reader may meet. */
export const GATE_DOCUMENTS = {
  pass: gateDocument(HOLDING, { trends: TRENDS, flips: { fixed: 121, broken: 103, rows: 4812 } }),
  fail: gateDocument([...HOLDING, SOUTH, SLOWER, WORSE], {
    verdict: 'fail',
    outcomes: ['block', 'retrain'],
    composite: { expression: 'auc-not-worse and (logloss or calibration) and recall-young', holds: false },
    trends: TRENDS,
    flips: { fixed: 121, broken: 133, rows: 4812 },
    changedRows: ROWS,
    waivers: [
      {
        ...WAIVER,
        source: 'file',
        line: 3,
        state: 'expired',
        expires: '2026-09-15T23:59:59Z',
        message: 'it ended 17 days ago',
      },
    ],
    report: { primary: ['roc_auc'], changedRows: 10, mentionOnFail: ['@org/ml-leads'] },
  }),
  inconclusive: gateDocument(
    [
      ...HOLDING.slice(0, 3),
      gateResult({
        id: 'recall-not-worse',
        metric: 'recall',
        candidate: 0.702,
        baseline: 0.711,
        change: { value: -0.009, low: -0.031, high: 0.013 },
        allowed: '-0.02',
        status: 'inconclusive',
        verdict: 'inconclusive',
        rowsNeeded: 9_200,
        reason: 'neither shown to hold nor shown to be broken: the interval reaches below -0.02',
      }),
    ],
    { verdict: 'inconclusive' },
  ),
  waived: gateDocument([...HOLDING, { ...WORSE, verdict: 'waived', waiver: WAIVER }], {
    verdict: 'waived',
    waivers: [WAIVER],
    flips: { fixed: 121, broken: 133, rows: 4812 },
  }),
  'no-baseline': gateDocument(
    [
      limit({
        id: 'auc-floor',
        metric: 'roc_auc',
        candidate: 0.8731,
        allowed: 'lower end ≥ 0.85',
        reason: 'the lower end of the interval, 0.8604, is at least 0.85',
      }),
      ...['auc-not-worse', 'f1-not-worse'].map((id) =>
        limit({
          id,
          metric: id.startsWith('auc') ? 'roc_auc' : 'f1',
          status: 'no-baseline',
          verdict: 'warn',
          reason: 'there is no baseline to compare with',
        }),
      ),
    ],
    {
      verdict: 'warn',
      baseline: null,
      guards: [],
      baselineSearch: [
        {
          place: 'artifact evaluate-model of the merge base 41d0e7c',
          found: 'no successful run of gate.yml',
        },
        { place: 'its 50 nearest ancestors', found: 'no run has the artifact' },
        { place: 'branch mlops-history', found: 'there is no such branch' },
        { place: 'release latest', found: 'the repository has no release' },
      ],
    },
  ),
  'policy-edited': gateDocument([...HOLDING.slice(0, 4), WORSE], {
    verdict: 'fail',
    outcomes: ['block'],
    policyChange: {
      digest,
      verdict: 'pass',
      differences: [
        {
          id: 'recall-young',
          base: { allowed: '-0.03', verdict: 'fail' },
          head: { allowed: '-0.1', verdict: 'pass' },
        },
        { id: 'calibration', base: { allowed: '≤ 0.03', verdict: 'pass' }, head: null },
        { id: 'precision-floor', base: null, head: { allowed: '≥ 0.5', verdict: 'pass' } },
      ],
    },
  }),
} as const satisfies Record<string, GateDocument>;
