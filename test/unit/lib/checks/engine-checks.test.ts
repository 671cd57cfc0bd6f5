import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json, Rule } from '../../../../actions/lib/checks/check.ts';
import { planRules } from '../../../../actions/lib/checks/plan-rules.ts';
import { mergeRuns, type RunState, ThreadRun } from '../../../../actions/lib/checks/run-checks.ts';
import type { ColumnType } from '../../../../actions/lib/tabular/column-type.ts';
import { loadKernels } from '../../../../actions/runtime/scan/kernel-module.ts';
import { planFile } from '../../../../actions/runtime/scan/plan-file.ts';
import { scanTable } from '../../../../actions/runtime/scan/scan-table.ts';
import { buildKernels } from '../../../../actions/tools/kernels.ts';
import { root } from '../../../../actions/tools/repository.ts';
import { fileView, type PlainFile, PlainSetup, plainBatches } from '../../../support/plain-batch.ts';
import { specOfTable } from '../../../support/plain-run.ts';

/** The checks that look at rows give the same through the engine and through the plainest batches. */

const folder = mkdtempSync(join(tmpdir(), 'mlops-checks-'));
beforeAll(async () => {
  await buildKernels();
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const MAX_FINDINGS = 50;
const on = (check: string, column: string, given: Readonly<Record<string, Json>> = {}): Rule => ({
  check,
  severity: 'error',
  column,
  arguments: given,
});
const onTable = (check: string, given: Readonly<Record<string, Json>> = {}): Rule => ({
  check,
  severity: 'error',
  arguments: given,
});
const TYPED: Readonly<Record<string, ColumnType>> = {
  n: 'integer',
  r: 'number',
  d: 'date',
  b: 'boolean',
  s: 'string',
};

const RULES: readonly Rule[] = [
  ...[...Object.keys(TYPED), 'u'].flatMap((column) => [
    on('nullValues', column),
    on('missingValues', column, { missingValues: [null, 'NA', -1, 0] }),
    on('invalidValues', column, { validValues: [1, 'abc', '2024-01-01', true, 0.5] }),
    on('invalidValues', column, { invalidValues: ['abc', -1, '1'], maxLength: 4 }),
    on('invalidValues', column, { pattern: '^[a-z0-9.-]+$', ignoreMisfits: true }),
    on('mixedTypes', column),
  ]),
  ...['n', 'r', 'd', 'b'].map((column) => on('dataType', column)),
  ...['n', 'r', 'u'].flatMap((column) => [
    on('invalidValues', column, { minimum: 0, exclusiveMaximum: 9007199254740992 }),
    on('invalidValues', column, { multipleOf: 0.5, maximum: 1000 }),
  ]),
  on('invalidValues', 'd', { minimum: '2000-01-01', maximum: '2024-01-01' }),
  on('invalidValues', 's', { format: 'email' }),
  onTable('rowCondition', { expression: 'n >= r or s is null' }),
  onTable('rowCondition', { expression: "not (b and d > '2023-12-31') and length(s) < 5" }),
  onTable('rowCondition', { expression: "u = 'abc' or u is not null" }),
  onTable('piiValues', { types: ['email', 'phone', 'creditCard', 'iban', 'ssn', 'ipAddress'] }),
  onTable('secretValues'),
  onTable('rowSchema', {
    schema: {
      required: ['n', 's'],
      properties: {
        n: { type: 'integer', minimum: 1 },
        r: { type: ['number', 'null'], maximum: 10 },
        b: { type: 'boolean' },
        s: { type: 'string', pattern: '^[a-z]+$' },
        u: { enum: ['abc', 1, '1'] },
      },
      dependentRequired: { d: ['u'] },
    },
  }),
  onTable('correlation', { columns: ['n', 'r'], absolute: true }),
  onTable('targetLeakage', { label: 'b' }),
].map((rule) =>
  rule.check === 'correlation'
    ? { ...rule, threshold: { kind: 'single', operator: 'mustBeLessThan', value: 1 } }
    : rule,
);

const CELLS = [
  ...[
    '',
    'NA',
    '1',
    '-1',
    '0',
    '0.5',
    '1.0',
    '1e3',
    '1000',
    '9007199254740993',
    '-9007199254740993',
    '007',
    '1_000',
  ],
  ...[
    'abc',
    'Abc',
    'true',
    'FALSE',
    'yes',
    '2024-01-01',
    '2024-02-30',
    '1999-12-31',
    'é€😀',
    'a@b.example',
    'x y',
  ],
  ...[
    '4111111111111111',
    '+49 30 901820',
    '8.8.8.8',
    'hello world',
    'https://u:pass1@h.example',
    '-0',
    '.5',
    '5.',
  ],
];
const NAMES = ['n', 'r', 'd', 'b', 's', 'u'];

const spec = specOfTable({
  columns: NAMES.map((name) => ({ name, ...(TYPED[name] && { type: TYPED[name] }) })),
});
const plans = planRules(RULES, spec);

function plainState(file: PlainFile): RunState {
  const setup = new PlainSetup();
  const run = new ThreadRun(plans, setup, { maxFindings: MAX_FINDINGS });
  run.openFile(fileView(file));
  for (const batch of plainBatches(file, setup, { types: TYPED, nullTexts: ['NA'] })) run.batch(batch);
  run.closeFile(fileView(file));
  return mergeRuns(plans, [JSON.parse(JSON.stringify(run.state()))], { maxFindings: MAX_FINDINGS });
}

async function engineState(text: string): Promise<RunState> {
  const kernels = loadKernels(join(root, 'build'));
  const path = join(folder, 'f1.csv');
  writeFileSync(path, text);
  const options = { format: 'auto', encoding: 'auto', nullTexts: ['NA'], delimiter: ',' } as const;
  const plan = await planFile({ index: 0, name: 'f1.csv', path }, options, kernels);
  const { signal } = new AbortController();
  const { parts, progress } = await scanTable(
    {
      files: [plan],
      spec,
      rules: RULES,
      keys: [],
      nullTexts: ['NA'],
      maxFindings: MAX_FINDINGS,
      profile: true,
    },
    { kernels, folder: join(root, 'build'), threads: 1, signal, beat() {} },
  );
  return mergeRuns(
    plans,
    parts.map(({ checks }) => checks),
    {
      maxFindings: MAX_FINDINGS,
      resolve: (file, { block, ...place }) =>
        block === undefined || place.line === undefined
          ? place
          : { ...place, line: place.line + progress.linesBefore(file, block) },
    },
  );
}

test('the engine and plain batches give checks the same', async () => {
  const row = fc.tuple(...NAMES.map(() => fc.constantFrom(...CELLS)));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
      const file = {
        columns: Object.fromEntries(NAMES.map((name, at) => [name, rows.map((cells) => cells[at] ?? '')])),
      };
      const text = [NAMES, ...rows].map((cells) => `${cells.join(',')}\n`).join('');
      const [engine, plain] = [await engineState(text), plainState(file)];
      for (const [at, rule] of RULES.entries())
        expect([rule, engine[at]]).toEqual([rule, JSON.parse(JSON.stringify(plain[at]))]);
    }),
    { numRuns: Number(process.env['ENGINE_RUNS'] ?? 10) },
  );
}, 120_000);
