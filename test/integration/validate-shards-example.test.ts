import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalGitHub, type LocalGitHub } from '../../actions/local/local-github.ts';
import type { EventRequest } from '../../actions/local/services/github/events.ts';
import type { RunRecord, StepRecord } from '../../actions/local/workflow/run-record.ts';
import { root } from '../../actions/tools/repository.ts';

const EXAMPLE = join(root, 'workflows-examples', 'validate-shards.yml');
const PENGUINS = join(root, 'workflows-examples', 'penguins');
const FILES = 7; // so that three shards take three, two and two

/** All measured penguins of the example, dealt out to files, so that each file has the same mix. */
function seasons(): Record<string, string> {
  const [header = '', ...rows] = ['train.csv', 'test.csv', 'live.csv'].flatMap((name, at) =>
    readFileSync(join(PENGUINS, 'data', name), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(at === 0 ? 0 : 1),
  );
  return Object.fromEntries(
    Array.from({ length: FILES }, (_, file) => [
      `seasons/${2007 + (file % 3)}/${file}.csv`,
      `${[header, ...rows.filter((_row, at) => at % FILES === file)].join('\n')}\n`,
    ]),
  );
}

/** The same question asked of one job, which reads everything itself. */
const ONE_JOB = `on: pull_request
jobs:
  decide:
    runs-on: ubuntu-latest
    permissions: { contents: read, actions: read, pull-requests: read }
    steps:
      - uses: actions/checkout@v5
      - uses: OWNER/mlops-actions/actions/validate-data@v1
        with:
          data: seasons/**/*.csv
          contract: .mlops/penguins.odcs.yaml
          reference: artifact:validate-data@branch:main
          baseline: artifact:validate-data@branch:main
`;

/** What both ways must say alike. */
const COMPARED = ['verdict', 'rows', 'errors', 'warnings', 'new-findings', 'drifted-columns', 'data-digest'];

const BEAK_LENGTH = /(?<=^P\d{3},\w+,)[\d.]+/gm;
const longer = (length: string): string => String(Number(length) + 8);
const GRAMS = /,\d{4},/;

const folder = mkdtempSync(join(tmpdir(), 'shards-example-'));
const state = join(folder, 'github');
let local: LocalGitHub;

beforeAll(async () => {
  writeFileSync(join(folder, 'one-job.yml'), ONE_JOB);
  local = await createLocalGitHub({
    state,
    repository: 'palmer/penguins',
    // The bundles are what users run; before the first build the sources stand in for them.
    fromSource: !existsSync(join(root, 'dist', 'validate-data', 'kernels.wasm')),
  });
  await local.github.remote.commitFiles(
    'main',
    {
      ...seasons(),
      '.mlops/penguins.odcs.yaml': readFileSync(join(PENGUINS, '.mlops', 'penguins.odcs.yaml')),
    },
    'Count penguins',
  );
});

afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (event: EventRequest, file = EXAMPLE): Promise<RunRecord> => local.runWorkflow({ file, event });

/** The step that decided. */
function decided({ jobs }: RunRecord): StepRecord {
  const step = jobs
    .find(({ id }) => id === 'decide')
    ?.steps.find(({ uses }) => uses.includes('validate-data'));
  if (!step) throw new Error('no step decided');
  return step;
}

const conclusions = ({ jobs }: RunRecord): readonly string[] =>
  jobs.map(({ name, conclusion }) => `${name}: ${conclusion}`);
const filesKnown = (record: RunRecord): readonly string[] =>
  [...readFileSync(join(record.folder, 'log.txt'), 'utf8').matchAll(/\d of \d files were known/g)]
    .map(([text]) => text)
    .sort();

describe('the example of shards', { timeout: 120_000 }, () => {
  let first: RunRecord;
  beforeAll(async () => {
    first = await run({ event: 'push', branch: 'main' });
  }, 120_000);

  test('reads every file once and has one job decide about all of them', () => {
    expect(conclusions(first)).toEqual([
      'Read 1/3: success',
      'Read 2/3: success',
      'Read 3/3: success',
      'Decide: success',
    ]);
    expect(decided(first).outputs).toMatchObject({ verdict: 'pass', rows: '342', errors: '0' });
    expect(first.artifacts.map(({ name }) => name).sort()).toEqual([
      'shard-1',
      'shard-2',
      'shard-3',
      'validate-data',
    ]);
  });

  test('reads nothing again that did not change', async () => {
    const second = await run({ event: 'push', branch: 'main' });
    expect(filesKnown(first)).toEqual([
      '0 of 2 files were known',
      '0 of 2 files were known',
      '0 of 3 files were known',
    ]);
    expect(filesKnown(second)).toEqual([
      '2 of 2 files were known',
      '2 of 2 files were known',
      '3 of 3 files were known',
    ]);
    expect(decided(second).outputs['data-digest']).toBe(decided(first).outputs['data-digest']);
  });

  test('finds in a pull request what one job would: on the line, across shards, and against main', async () => {
    const files = seasons();
    const [, elsewhere = '', ...others] = Object.keys(files).sort(); // of the second shard
    const changed = others.at(-1) ?? ''; // of the first: of two equal birds the later one is the duplicate
    const remeasured = Object.entries(files)
      .filter(([path]) => !path.startsWith('seasons/2007/'))
      .map(([path, text]): [string, string] => [path, text.replace(BEAK_LENGTH, longer)]);
    const spoilt = new Map(remeasured);
    const twice = (files[elsewhere] ?? '').split('\n')[1] ?? '';
    const lines = (spoilt.get(changed) ?? '')
      .split('\n')
      .map((line, at) => (at === 4 ? line.replace(GRAMS, ',4.2,') : line));
    spoilt.set(changed, `${lines.join('\n')}${twice}\n`);
    await local.github.remote.commitFiles(
      'new-ruler',
      Object.fromEntries(spoilt),
      'Measure with another ruler',
      'refs/heads/main',
    );
    const number = await local.github.seedPullRequest({ head: 'new-ruler', base: 'main', title: 'Ruler' });
    const sharded = await run({ event: 'pull_request', number });
    const whole = decided(await run({ event: 'pull_request', number }, join(folder, 'one-job.yml')));
    expect(conclusions(sharded).at(-1)).toBe('Decide: failure');

    const step = decided(sharded);
    const found = step.annotations.map(({ title, file, line, message }) => ({ title, file, line, message }));
    expect(found).toContainEqual(
      expect.objectContaining({ title: 'dataType: body_mass_g', file: changed, line: 5 }),
    );
    expect(found).toContainEqual({
      title: 'duplicateValues: penguin_id',
      file: changed,
      line: undefined, // hashes of keys came here, not the data
      message: expect.stringContaining(`first in ${elsewhere}`),
    });
    expect(step.outputs).toMatchObject({
      verdict: 'fail',
      rows: '343',
      'drifted-columns': '["beak_length_mm"]',
      'new-findings': '3',
    });
    for (const name of COMPARED) expect(step.outputs[name], name).toBe(whole.outputs[name]);
    const titles = ({ annotations }: StepRecord) =>
      annotations.map(({ title, file }) => `${title} ${file}`).sort();
    expect(titles(step)).toEqual(titles(whole));
  });
});
