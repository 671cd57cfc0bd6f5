import type {
  CheckResult,
  Finding,
  ValidationDocument,
} from '../../../../actions/lib/documents/validation.ts';

/** A finding of `invalidValues` in column `age`, with whatever differs. */
export const finding = (differs: Partial<Finding> = {}): Finding => ({
  check: 'invalidValues',
  severity: 'error',
  file: 'data/train.csv',
  line: 2,
  field: 'age',
  value: '-3',
  expected: 'at least 18',
  message: 'age: expected at least 18, found "-3"',
  ...differs,
});

/** The result of a check that failed, with whatever differs. */
export const failed = (differs: Partial<CheckResult> = {}): CheckResult => ({
  check: 'invalidValues',
  title: 'at least 18',
  field: 'age',
  severity: 'error',
  dimension: 'conformity',
  status: 'fail',
  measured: 1,
  unit: 'rows',
  expected: '0',
  findings: 1,
  ...differs,
});

/** A report about one file. */
export const report = (differs: Partial<ValidationDocument> = {}): ValidationDocument => ({
  schema: 'mlops-actions/validation/v1',
  created: '2026-01-15T12:00:00.000Z',
  source: {
    repository: 'octo/models',
    commit: 'a'.repeat(40),
    ref: 'refs/heads/main',
    workflow: '.github/workflows/ci.yml@refs/heads/main',
    run: 7,
    attempt: 1,
    action: 'validate-data@1.0.0',
  },
  subjects: [{ role: 'data', name: 'data/train.csv', digest: `sha256:${'0'.repeat(64)}` }],
  verdict: 'fail',
  dataset: {
    files: [{ name: 'data/train.csv', format: 'csv', bytes: 100, rows: 1_000, columns: 2 }],
    rows: 1_000,
    columns: ['age', 'plan'],
  },
  counts: { errors: 1, warnings: 0, infos: 0 },
  checks: [failed()],
  findings: [finding()],
  notes: [],
  files: { profile: 'profile.json', report: 'report.md' },
  ...differs,
});
