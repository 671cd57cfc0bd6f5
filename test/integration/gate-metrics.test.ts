import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../actions/gate-metrics/main.ts';
import type { GateDocument } from '../../actions/lib/documents/gate.ts';
import { ActionError } from '../../actions/lib/errors.ts';
import { readDocument } from '../../actions/lib/schema/documents.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import type { GitHub } from '../../actions/runtime/github/github.ts';
import type { PullRequest, RunContext } from '../../actions/runtime/runtime.ts';
import { clientOf, contextOf, EVERYTHING, startTestGitHub } from '../support/github.ts';
import { type MemoryRuntime, type MemoryRuntimeOptions, memoryRuntime } from '../support/memory-runtime.ts';
import { evidenceFiles, simulatedRows } from '../support/metrics-evidence.ts';

const good = simulatedRows({ n: 800, wrong: 0.1, model: 11 });
const bad = simulatedRows({ n: 800, wrong: 0.25, model: 13 });

const STRICT = `version: 1
gates:
  - id: floor
    metric: accuracy
    min: 0.85
  - id: not-worse
    metric: accuracy
    non-inferior: { margin: 0.05 }
`;
const RELAXED = STRICT.replace('0.85', '0.5').replace('0.05 }', '0.5 }');

const EVIDENCE = { ...evidenceFiles('candidate', bad), ...evidenceFiles('baseline', good) };
const INPUTS = { metrics: 'candidate', baseline: 'baseline', 'check-name': 'Model gate' };

const start = (options: MemoryRuntimeOptions) => memoryRuntime({ action: 'gate-metrics', ...options });

const gateOf = async (runtime: MemoryRuntime): Promise<GateDocument> =>
  readDocument<GateDocument>(
    'gate',
    await runtime.files.readText('mlops/gate-metrics/gate.json'),
    'gate.json',
  );

test('files alone suffice: verdict, outputs, documents, summary and artifact', async () => {
  await using runtime = await start({ inputs: INPUTS, files: { ...EVIDENCE, '.mlops/gates.yml': STRICT } });
  const outcome = await main(runtime);
  expect(outcome).toEqual({
    verdict: 'fail',
    failOn: 'fail',
    message: 'Model gate failed, 2 of 2 gates block',
  });
  const { outputs, annotations, uploads } = runtime.recorded;
  expect(Object.fromEntries(outputs)).toEqual({
    failed: '["floor","not-worse"]',
    warned: '[]',
    waived: '[]',
    outcomes: '["block"]',
    'gate-path': 'mlops/gate-metrics/gate.json',
    'report-path': 'mlops/gate-metrics/comment.md',
    'artifact-id': '1',
    'baseline-commit': 'a'.repeat(40),
    'comment-url': '',
    'check-url': '',
  });
  expect(annotations.map(({ level, file, line }) => [level, file, line])).toEqual([
    ['error', '.mlops/gates.yml', 3],
    ['error', '.mlops/gates.yml', 6],
  ]);
  expect(uploads[0]).toMatchObject({ name: 'gate-metrics', files: ['gate.json', 'comment.md'] });
  expect(runtime.recorded.summary()).toContain('on the same 800 test rows');
  const document = await gateOf(runtime);
  expect(document.subjects.map(({ role }) => role)).toEqual([
    'model',
    'metrics',
    'rows',
    'policy',
    'baseline',
  ]);
  expect(document.gates[1]).toMatchObject({ method: 'score-paired', n: 800, status: 'fail' });
  expect(document.flips?.rows).toBe(800);
});

test('the same model against itself passes, and the report says that nothing was compared', async () => {
  const files = { ...evidenceFiles('candidate', good), '.mlops/gates.yml': STRICT };
  await using runtime = await start({ inputs: { ...INPUTS, baseline: 'candidate' }, files });
  expect((await main(runtime)).verdict).toBe('pass');
  expect(await runtime.files.readText('mlops/gate-metrics/comment.md')).toContain(
    'The baseline is the very file that is judged',
  );
});

test('metrics come from an artifact with the rows beside them', async () => {
  const artifact = Object.fromEntries(
    Object.entries(evidenceFiles('x', good)).map(([path, content]) => [path.slice(2), content]),
  );
  await using runtime = await start({
    inputs: {
      metrics: 'artifact:evaluate-model',
      baseline: 'artifact:evaluate-model',
      gates: 'accuracy >= baseline - 0.01',
    },
    artifacts: { 'evaluate-model': artifact },
  });
  expect((await main(runtime)).verdict).toBe('pass');
  expect((await gateOf(runtime)).gates[0]?.method).toBe('score-paired');
});

test.each<[string, Record<string, string>, Record<string, string | Uint8Array>, string]>([
  [
    'nothing to judge by',
    { metrics: 'm.json' },
    { 'm.json': '{"f1": 1}' },
    'nothing to judge by: there is no .mlops/gates.yml',
  ],
  [
    'a broken inline gate',
    { metrics: 'm.json', gates: 'f1 >= 0.5\nf1 > high' },
    {},
    'gates: "f1 > high", column 6: expected a number',
  ],
  ['a gate given twice', { gates: 'f1 >= 0.5\nf1 >= 0.5 ! info' }, {}, '"f1 >= 0.5" is given twice'],
  ['no metrics', { metrics: 'm.json', gates: 'f1 >= 0.5' }, {}, 'm.json: no such file'],
  [
    'two metrics documents',
    { metrics: '.', gates: 'f1 >= 0.5' },
    EVIDENCE,
    'expected one metrics.json, found baseline/metrics.json, candidate/metrics.json',
  ],
  [
    'an unknown choice',
    { 'fail-on': 'error', comment: 'sometimes' },
    {},
    'comment: expected one of always, on-change, on-failure, never, found "sometimes"\nfail-on: expected one of',
  ],
  [
    'rows that are not gzip inside',
    { metrics: 'candidate', gates: 'f1 >= 0.5' },
    { ...EVIDENCE, 'candidate/rows.ndjson.gz': 'nonsense' },
    'rows.ndjson.gz:1: not valid JSON',
  ],
  [
    'a row without an id',
    { metrics: 'candidate', gates: 'f1 >= 0.5' },
    { ...EVIDENCE, 'candidate/rows.ndjson.gz': '{"y":"1","p":"1"}' },
    'rows.ndjson.gz:1: expected {"id": text',
  ],
  [
    'a broken policy',
    { metrics: 'm.json' },
    { 'm.json': '{"f1": 1}', '.mlops/gates.yml': 'version: 1\ngates: []' },
    '.mlops/gates.yml:2:8: gates: expected at least 1 items',
  ],
])('%s is an error with its place', async (_, inputs, files, message) => {
  await using runtime = await start({ inputs, files });
  await expect(main(runtime)).rejects.toThrow(message);
});

test('a baseline that is not there yet is no baseline, but a path that is not there is a mistake', async () => {
  const inputs = { metrics: 'candidate', gates: 'f1 >= baseline - 0.01' };
  await using first = await start({ inputs: { ...inputs, baseline: 'artifact:none' }, files: EVIDENCE });
  expect((await main(first)).verdict).toBe('warn');
  expect(first.recorded.log[0]).toMatchObject({
    level: 'notice',
    message: expect.stringContaining('There is no baseline'),
  });
  await using mistyped = await start({ inputs: { ...inputs, baseline: 'basline' }, files: EVIDENCE });
  await expect(main(mistyped)).rejects.toThrow('basline: no such file');
});

test('rows that are not those the document was written with are refused', async () => {
  const files = evidenceFiles('candidate', good, {
    subjects: [{ role: 'rows', name: 'rows.ndjson.gz', digest: `sha256:${'0'.repeat(64)}` }],
  });
  await using runtime = await start({ inputs: { metrics: 'candidate', gates: 'f1 >= 0.5' }, files });
  await expect(main(runtime)).rejects.toMatchObject({ code: 'digest-mismatch' });
});

describe('on a pull request', () => {
  let service: GitHubService;
  let base: string;

  beforeAll(async () => {
    service = await startTestGitHub();
    base = await service.remote.commitFiles('main', { '.mlops/gates.yml': STRICT }, 'Add gates');
  });

  afterAll(async () => {
    await service.close();
  });

  /** A pull request that sets the policy's text, and the context of a run on it. */
  async function pullRequest(policy: string): Promise<Partial<RunContext> & { pullRequest: PullRequest }> {
    const head = `change-${Math.random().toString(36).slice(2)}`;
    const headSha = await service.remote.commitFiles(
      head,
      { '.mlops/gates.yml': policy, [`${head}.txt`]: 'x' },
      'Change',
      'main',
    );
    const number = await service.seedPullRequest({ head, base: 'main', title: head, labels: [] });
    return {
      ...contextOf(service.url),
      event: 'pull_request',
      pullRequest: { number, headSha, baseSha: base, baseRef: 'main', fromFork: false, labels: [] },
    };
  }

  /** A run of the action on a pull request, over the workspace of the memory runtime. */
  async function run(
    context: Partial<RunContext>,
    github: GitHub | undefined,
    options: { readonly policy: string; readonly inputs?: Record<string, string> },
  ): Promise<MemoryRuntime> {
    // The folders are those of the memory runtime.
    const { workspace: _w, temp: _t, actionPath: _a, ...rest } = context;
    const runtime = await start({
      inputs: { ...INPUTS, ...options.inputs },
      files: { ...EVIDENCE, '.mlops/gates.yml': options.policy },
      context: rest,
      ...(github && { github }),
    });
    await main(runtime);
    return runtime;
  }

  const get = async (path: string): Promise<unknown> => {
    const headers = { authorization: `token ${service.issueToken('all', 'octo')}` };
    return (await fetch(`${service.url}/repos/octo/models${path}`, { headers })).json();
  };

  test('two runs leave one comment and one check run, and the second says what was before', async () => {
    const context = await pullRequest(STRICT);
    const { number, headSha } = context.pullRequest;
    for (let time = 0; time < 2; time++) {
      await using runtime = await run(context, clientOf(service), { policy: STRICT });
      expect(runtime.recorded.log.filter(({ level }) => level === 'warning')).toEqual([]);
      expect(runtime.recorded.outputs.get('comment-url')).toContain('http');
      expect(runtime.recorded.outputs.get('check-url')).toContain('http');
    }
    const comments = await get(`/issues/${number}/comments`);
    expect(comments).toHaveLength(1);
    expect(comments).toMatchObject([
      { body: expect.stringContaining('### Model gate failed, 2 of 2 gates block') },
    ]);
    expect(comments).toMatchObject([
      { body: expect.stringContaining('; before: Model gate failed, 2 of 2 gates block at') },
    ]);
    const checks = await get(`/commits/${headSha}/check-runs`);
    expect(checks).toMatchObject({
      total_count: 1,
      check_runs: [
        {
          name: 'Model gate',
          conclusion: 'failure',
          output: { title: 'Model gate failed, 2 of 2 gates block', annotations_count: 2 },
        },
      ],
    });
    expect(service.violations).toEqual([]);
  });

  test('the policy of the base branch decides when the pull request relaxes its own gate', async () => {
    await using runtime = await run(await pullRequest(RELAXED), clientOf(service), { policy: RELAXED });
    const document = await gateOf(runtime);
    expect(document).toMatchObject({
      verdict: 'fail',
      policy: { path: '.mlops/gates.yml', ref: 'base', commit: base },
      policyChange: { verdict: 'pass' },
    });
    expect(
      document.policyChange?.differences.map(({ id, base: a, head: b }) => [id, a?.verdict, b?.verdict]),
    ).toEqual([
      ['floor', 'fail', 'pass'],
      ['not-worse', 'fail', 'pass'],
    ]);
    expect(await runtime.files.readText('mlops/gate-metrics/comment.md')).toContain(
      '**This pull request edits its own policy,** `.mlops/gates.yml`.',
    );
  });

  test('policy-ref: head takes the checked-out policy', async () => {
    await using runtime = await run(await pullRequest(RELAXED), clientOf(service), {
      policy: RELAXED,
      inputs: { 'policy-ref': 'head' },
    });
    expect(await gateOf(runtime)).toMatchObject({ verdict: 'pass', policy: { ref: 'head' } });
  });

  test('a policy that the base branch does not have yet is taken from the pull request, and the report says so', async () => {
    const inputs = { policy: 'new.yml' };
    const context = await pullRequest(STRICT);
    await using runtime = await start({
      inputs: { ...INPUTS, ...inputs },
      files: { ...EVIDENCE, 'new.yml': RELAXED },
      context: { event: 'pull_request', pullRequest: context.pullRequest },
      github: clientOf(service),
    });
    await main(runtime);
    expect(await gateOf(runtime)).toMatchObject({
      verdict: 'pass',
      policy: { ref: 'head' },
      notes: ["new.yml does not exist on the base branch yet, so the pull request's own was used."],
    });
  });

  test('a token that may not write costs one warning and no verdict', async () => {
    const reader = clientOf(service, {
      permissions: { ...EVERYTHING, checks: 'read', issues: 'read', 'pull-requests': 'read' },
    });
    await using runtime = await run(await pullRequest(STRICT), reader, { policy: STRICT });
    const warnings = runtime.recorded.log.filter(({ level }) => level === 'warning');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toMatch(
      /^The result could not be posted, the verdict stands\. the comment: .*; the check run: /s,
    );
    expect((await gateOf(runtime)).verdict).toBe('fail');
  });

  test("without a token the base policy cannot be known, which is an error and not the pull request's choice", async () => {
    const context = await pullRequest(RELAXED);
    await expect(run(context, undefined, { policy: RELAXED })).rejects.toThrow(ActionError);
    await expect(run(context, undefined, { policy: RELAXED })).rejects.toThrow(
      /give github-token with "contents: read"/,
    );
  });

  test('comment: on-failure stays silent while the gate holds, and mends its own comment later', async () => {
    const context = await pullRequest(STRICT);
    const { number } = context.pullRequest;
    const quiet = { 'policy-ref': 'head', comment: 'on-failure', 'check-name': '' };
    await using passed = await run(context, clientOf(service), { policy: RELAXED, inputs: quiet });
    expect(passed.recorded.outputs.get('comment-url')).toBe('');
    expect(await get(`/issues/${number}/comments`)).toEqual([]);
    await using failed = await run(context, clientOf(service), { policy: STRICT, inputs: quiet });
    expect(failed.recorded.outputs.get('check-url')).toBe('');
    await using mended = await run(context, clientOf(service), { policy: RELAXED, inputs: quiet });
    expect(mended.recorded.outputs.get('comment-url')).toContain('http');
    expect(await get(`/issues/${number}/comments`)).toMatchObject([
      { body: expect.stringContaining('### Model gate passed') },
    ]);
  });
});
