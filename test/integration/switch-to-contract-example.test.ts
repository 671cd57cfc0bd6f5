import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLocalGitHub, type LocalGitHub } from '../../actions/local/local-github.ts';
import type { RunRecord } from '../../actions/local/workflow/run-record.ts';
import { root } from '../../actions/tools/repository.ts';

const EXAMPLE = join(root, 'workflows-examples', 'switch-to-contract.yml');

/** What a team that knows its penguins by dbt would have; one test of it needs a database. */
const SCHEMA = `version: 2
models:
  - name: penguins
    columns:
      - name: penguin_id
        data_tests: [unique, not_null]
      - name: island
        data_tests:
          - accepted_values: { values: [Biscoe, Dream] }
      - name: species
        data_tests:
          - not_null
          - dbt_utils.expression_is_true: { expression: "in (select name from species)" }
`;

const folder = mkdtempSync(join(tmpdir(), 'switch-example-'));
let local: LocalGitHub;

beforeAll(async () => {
  local = await createLocalGitHub({
    state: folder,
    repository: 'palmer/penguins',
    // The bundles are what users run; before the first build the sources stand in for them.
    fromSource: !existsSync(join(root, 'dist', 'validate-data', 'kernels.wasm')),
  });
  const data = readFileSync(join(root, 'workflows-examples', 'penguins', 'data', 'train.csv'));
  const files = { 'data/train.csv': data, 'models/schema.yml': SCHEMA };
  await local.github.remote.commitFiles('main', files, 'Count penguins');
});

afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

const dispatch = (inputs: Readonly<Record<string, string>>): Promise<RunRecord> =>
  local.runWorkflow({
    file: EXAMPLE,
    event: { event: 'workflow_dispatch', workflow: 'switch-to-contract.yml', inputs },
  });

/** The outputs of the steps of a job that ran an action, in order. */
const outputs = ({ jobs }: RunRecord, name: string) =>
  jobs
    .filter((job) => job.id === name)
    .flatMap(({ steps }) => steps)
    .filter(({ uses }) => uses.includes('validate-data'))
    .map((step) => step.outputs);

test('converts what is there, says what is lost, and tries it on the data', { timeout: 90_000 }, async () => {
  const run = await dispatch({ schema: 'models/schema.yml' });
  expect(run.conclusion).toBe('success');
  const [converted, tried] = outputs(run, 'convert');
  expect(converted).toMatchObject({ losses: '1', verdict: 'warn' });
  expect(tried).toMatchObject({ verdict: 'fail', rows: '155' }); // the island of Torgersen is not on the list
  const [suggested, kept] = outputs(run, 'suggest');
  expect(suggested).toMatchObject({ verdict: 'pass' });
  expect(kept).toMatchObject({ errors: '0', rows: '155' });
  expect(run.artifacts.map(({ name }) => name).sort()).toEqual([
    'by-converted',
    'by-suggested',
    'converted-contract',
    'suggested-contract',
  ]);
});

test('suggests alone where nothing describes the data', { timeout: 90_000 }, async () => {
  const run = await dispatch({});
  expect(run.jobs.map(({ id, conclusion }) => `${id}: ${conclusion}`).sort()).toEqual([
    'convert: skipped',
    'suggest: success',
  ]);
});
