import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GateDocument } from '../../actions/lib/documents/gate.ts';
import { createLocalGitHub, type LocalGitHub } from '../../actions/local/local-github.ts';
import type { EventRequest } from '../../actions/local/services/github/events.ts';
import type { RunRecord, StepRecord } from '../../actions/local/workflow/run-record.ts';
import { unzip } from '../../actions/runtime/unzip.ts';
import { root } from '../../actions/tools/repository.ts';

const EXAMPLES = join(root, 'workflows-examples');
const PENGUINS = join(EXAMPLES, 'penguins');
/** The example's models, by how good they are. */
const model = (name: string): Buffer => readFileSync(join(PENGUINS, 'models', `${name}.onnx`));

/** All files of a folder, by path from there. */
function filesOf(folder: string, prefix = ''): Record<string, Buffer> {
  return Object.assign(
    {},
    ...readdirSync(folder).map((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return filesOf(path, `${prefix}${name}/`);
      return { [`${prefix}${name}`]: readFileSync(path) };
    }),
  );
}

// Below the project, so that a checkout finds the packages that `npm install` would bring.
mkdirSync(join(root, '.mlops-local'), { recursive: true });
const folder = mkdtempSync(join(root, '.mlops-local', 'gate-examples-'));

/** A team with a whole project, and one that has nothing but numbers. */
let local: LocalGitHub;
let plain: LocalGitHub;

const open = (state: string, repository: string): Promise<LocalGitHub> =>
  createLocalGitHub({
    state: join(folder, state),
    repository,
    people: ['stranger'],
    // The bundles are what users run; before the first build the sources stand in for them.
    fromSource: !existsSync(join(root, 'dist', 'gate-metrics', 'index.js')),
  });

const numbers = (accuracy: number, size = 4096): Record<string, string> => ({
  'metrics.json': JSON.stringify({ accuracy, log_loss: 0.2, model_size_bytes: size }),
});

beforeAll(async () => {
  local = await open('penguins', 'palmer/penguins');
  plain = await open('numbers', 'palmer/numbers');
  await local.github.remote.commitFiles('main', filesOf(PENGUINS), 'Tell penguins apart');
  await plain.github.remote.commitFiles('main', numbers(0.95), 'Measure');
});

afterAll(async () => {
  for (const { github } of [local, plain]) expect(github.violations).toEqual([]);
  await local.close();
  await plain.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (file: string, event: EventRequest, where = local): Promise<RunRecord> =>
  where.runWorkflow({ file: join(EXAMPLES, file), event });

let branches = 0;

/** Opens a pull request that changes these files of main. */
async function propose(
  files: Readonly<Record<string, string | Buffer>>,
  seed: { readonly author?: string; readonly fromFork?: boolean } = {},
  { github } = local,
): Promise<number> {
  branches += 1;
  const head = `change-${branches}`;
  await github.remote.commitFiles(head, files, 'Change', 'refs/heads/main');
  return github.seedPullRequest({ head, base: 'main', title: 'Change', ...seed });
}

/** The step of gate-metrics. */
function gateStep({ jobs }: RunRecord): StepRecord {
  const step = jobs.flatMap(({ steps }) => steps).find(({ uses }) => uses.includes('gate-metrics'));
  if (!step) throw new Error('no step gated');
  return step;
}

const conclusions = ({ jobs }: RunRecord): readonly string[] =>
  jobs.map(({ name, conclusion }) => `${name}: ${conclusion}`);

/** Does something to a pull request in somebody's name. */
async function act(login: string, path: string, body: Readonly<Record<string, unknown>>): Promise<void> {
  const { url } = local.github;
  const reply = await fetch(`${url}/repos/palmer/penguins/issues/${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${local.github.issueToken('all', login)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
}

async function comments(number: number, { github } = local): Promise<readonly string[]> {
  const repository = github === local.github ? 'penguins' : 'numbers';
  const reply = await fetch(`${github.url}/repos/palmer/${repository}/issues/${number}/comments`, {
    headers: { authorization: `Bearer ${github.issueToken('all')}` },
  });
  const found: readonly { readonly body: string }[] = JSON.parse(await reply.text());
  return found.map(({ body }) => body);
}

const heading = (comment: string | undefined): string => /^### .*$/m.exec(comment ?? '')?.[0] ?? '';

/** What the gate of a run left as its artifact. */
async function gateOf(record: RunRecord): Promise<GateDocument> {
  const artifact = record.artifacts.find(({ name }) => name === 'gate-metrics');
  if (!artifact) throw new Error('the run left no gate-metrics');
  const unpacked = mkdtempSync(join(folder, 'gate-'));
  await unzip(join(local.state, artifact.path), unpacked, 'gate-metrics');
  return JSON.parse(readFileSync(join(unpacked, 'gate.json'), 'utf8'));
}

describe('gates in ten lines', { timeout: 90_000 }, () => {
  test('hold a flat metrics.json beside the base branch’s', async () => {
    const better = await propose(numbers(0.96), {}, plain);
    const worse = await propose(numbers(0.92, 2_000_000), {}, plain);
    const good = await run('gate-inline.yml', { event: 'pull_request', number: better }, plain);
    const bad = await run('gate-inline.yml', { event: 'pull_request', number: worse }, plain);
    expect(gateStep(good).outputs).toMatchObject({ verdict: 'pass', failed: '[]' });
    expect(gateStep(bad).outputs).toMatchObject({
      verdict: 'fail',
      failed: '["accuracy >= baseline - 0.01"]',
      warned: '["model_size_bytes <= 1MB"]',
    });
    expect(heading((await comments(worse, plain))[0])).toBe('### Model gate failed, 1 of 4 gates blocks');
  });
});

describe('a whole policy', { timeout: 240_000 }, () => {
  test('finds its baseline, keeps a history, and a label with a reason waives what it may', async () => {
    const recorded = await run('gate-policy.yml', { event: 'push', branch: 'main' });
    expect(conclusions(recorded)).toEqual(['check: skipped', 'Record: success']);
    expect(await local.github.remote.resolve('refs/heads/model-history')).toMatch(/^[0-9a-f]{40}$/);

    const number = await propose({ 'models/penguins.onnx': model('worse') });
    const checked = await run('gate-policy.yml', { event: 'pull_request', number });
    const { verdict, failed = '' } = gateStep(checked).outputs;
    expect(verdict).toBe('fail');
    expect(JSON.parse(failed)).toEqual(expect.arrayContaining(['accuracy-floor', 'accuracy-not-worse']));
    const gate = await gateOf(checked);
    expect(gate.baseline).toMatchObject({ origin: 'merge-base', distance: 0, run: recorded.id });
    expect(gate.gates.find(({ id }) => id === 'slow-erosion')).toMatchObject({
      against: expect.stringContaining('best of'),
      status: 'fail',
    });
    const history = await local.github.remote.commitOf('model-history');

    await act('palmer', `${number}/labels`, { labels: ['gate: accept log-loss'] });
    await act('palmer', `${number}/comments`, { body: '/waive log-loss because the test set is small' });
    const waived = await gateOf(
      await run('gate-policy.yml', { event: 'pull_request', number, action: 'labeled' }),
    );
    expect(waived.gates.find(({ id }) => id === 'log-loss')).toMatchObject({
      verdict: 'waived',
      waiver: { owner: '@palmer', reason: 'the test set is small', state: 'used' },
    });
    // The committed one excuses a smaller loss than there is.
    expect(waived.waivers).toContainEqual(
      expect.objectContaining({ gate: 'slow-erosion', state: 'exceeded' }),
    );
    expect(waived.verdict).toBe('fail'); // of the other gates
    // A pull request never writes the history.
    expect(await local.github.remote.commitOf('model-history')).toBe(history);
  });
});

describe('the fork-safe pair', { timeout: 120_000 }, () => {
  test('judges with a token that can only read, and posts from the default branch', async () => {
    const number = await propose(
      { 'models/penguins.onnx': model('worse') },
      { author: 'stranger', fromFork: true },
    );
    const judged = await run('gate-fork-check.yml', { event: 'pull_request', number });
    expect(judged.conclusion).toBe('failure');
    expect(await comments(number)).toEqual([]);

    const reported = await run('gate-fork-report.yml', { event: 'workflow_run', run: judged.id });
    expect(conclusions(reported)).toEqual(['Report: failure']); // the verdict is the step's, here as there
    const [comment, ...more] = await comments(number);
    expect(more).toEqual([]);
    expect(heading(comment)).toMatch(/^### Model gate failed/);
  });

  test('says nothing about a run that was no pull request’s', async () => {
    const pushed = await run('evaluate-shards.yml', { event: 'push', branch: 'main' });
    const reported = await run('gate-fork-report.yml', { event: 'workflow_run', run: pushed.id });
    expect(conclusions(reported)).toEqual(['report: skipped']);
  });
});

describe('shards', { timeout: 180_000 }, () => {
  test('are scored apart and judged once, on all rows', async () => {
    const pushed = await run('evaluate-shards.yml', { event: 'push', branch: 'main' });
    expect(conclusions(pushed)).toEqual([
      'Score 1/3: success',
      'Score 2/3: success',
      'Score 3/3: success',
      'Gate: success',
    ]);
    const number = await propose({ 'models/penguins.onnx': model('worse') });
    const checked = await run('evaluate-shards.yml', { event: 'pull_request', number });
    expect(gateStep(checked).outputs['verdict']).toBe('fail');
    const { gates, baseline } = await gateOf(checked);
    expect(baseline?.commit).toBe(pushed.headSha);
    expect(gates.find(({ id }) => id === 'accuracy-not-worse')?.n).toBe(120);
  });
});

describe('answers of a large language model', { timeout: 120_000 }, () => {
  test('are compared question by question', async () => {
    const pushed = await run('llm-evaluation.yml', { event: 'push', branch: 'main' });
    expect(gateStep(pushed).outputs['verdict']).toBe('warn'); // nothing to compare with yet
    const answers = readFileSync(join(PENGUINS, 'prompts', 'answers.json'), 'utf8');
    const number = await propose({ 'prompts/answers.json': failing(answers, 8) });
    const checked = await run('llm-evaluation.yml', { event: 'pull_request', number });
    expect(gateStep(checked).outputs).toMatchObject({ verdict: 'fail' });
    const gate = await gateOf(checked);
    expect(gate.gates.find(({ id }) => id === 'not-worse-than-main')).toMatchObject({
      status: 'fail',
      method: 'score-paired',
      n: 25,
    });
    expect(gate.flips).toEqual({ fixed: 0, broken: 8, rows: 25 });
  });
});

/** The answers with the first so many right ones wrong, as promptfoo writes that. */
function failing(text: string, count: number): string {
  const output: {
    results: { results: { success: boolean; score: number; failureReason: number }[] };
  } = JSON.parse(text);
  const right = output.results.results.filter(({ success }) => success);
  for (const result of right.slice(0, count))
    Object.assign(result, { success: false, score: 0, failureReason: 1 });
  return JSON.stringify(output);
}
