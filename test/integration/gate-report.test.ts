import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readInputs } from '../../actions/gate-metrics/inputs.ts';
import { main } from '../../actions/gate-metrics/main.ts';
import { postReport } from '../../actions/gate-metrics/posting/post-report.ts';
import { sha256 } from '../../actions/lib/digest.ts';
import type { GateDocument } from '../../actions/lib/documents/gate.ts';
import type { LocalRun } from '../../actions/local/services/github/run-routes.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import type { Outcome } from '../../actions/runtime/runtime.ts';
import { gateDocument, gateResult } from '../support/gate-documents.ts';
import { clientOf, contextOf, EVERYTHING, startTestGitHub } from '../support/github.ts';
import { renderLikeGitHub } from '../support/github-markdown.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';
import { evidenceFiles, simulatedRows } from '../support/metrics-evidence.ts';

const POLICY = `version: 1
gates:
  - id: floor
    metric: f1
    min: 0.5
  - id: f1-not-worse
    metric: f1
    non-inferior: { margin: 0.01 }
waivers:
  labels:
    - label: "gate: accept floor"
      gates: [floor]
      applied-by: [role:admin]
      reason: required
      expires-after: 7d
report:
  mention-on-fail: ["@octo/ml-leads"]
`;

let service: GitHubService;

beforeAll(async () => {
  service = await startTestGitHub();
  await service.remote.commitFiles('main', { '.mlops/gates.yml': POLICY }, 'Add gates');
});

afterAll(async () => {
  await service.close();
});

afterEach(() => {
  service.faults.clear();
  expect(service.violations).toEqual([]);
});

/** A pull request of a fork's, and the run that its last push started. */
interface Fork {
  readonly branch: string;
  readonly number: number;
  readonly headSha: string;
  readonly run: LocalRun;
}

async function fork(
  change: Partial<LocalRun> = {},
  files: Readonly<Record<string, string>> = {},
  fromFork = true,
): Promise<Fork> {
  const branch = `change-${Math.random().toString(36).slice(2)}`;
  const headSha = await service.remote.commitFiles(
    branch,
    { [`${branch}.txt`]: 'x', ...files },
    'Change',
    'main',
  );
  const number = await service.seedPullRequest({
    head: branch,
    base: 'main',
    title: branch,
    author: 'mallory',
    fromFork,
  });
  const run = service.runs.register({
    path: '.github/workflows/gate-fork-check.yml',
    event: 'pull_request',
    headSha,
    headBranch: branch,
    ...(fromFork && { headRepository: 'mallory/models' }),
    status: 'completed',
    conclusion: 'success',
    ...change,
  });
  return { branch, number, headSha, run };
}

const GATES = [gateResult({ id: 'floor', baseline: null }), gateResult()];

/** What an honest run of the pull request leaves. */
const honest = ({ run, headSha }: Fork, change: Partial<GateDocument> = {}): GateDocument => {
  const document = gateDocument(GATES, change);
  return {
    ...document,
    source: { ...document.source, repository: 'octo/models', commit: headSha, run: run.id },
    policy: { ...document.policy, digest: sha256(POLICY), ...change.policy },
    ...(change.source && { source: { ...document.source, ...change.source } }),
  };
};

interface Reported {
  readonly outcome: Outcome;
  readonly runtime: MemoryRuntime;
}

/** A step with `mode: report` in the `workflow_run` that follows a run. */
async function report(
  origin: Fork,
  artifact: GateDocument | Readonly<Record<string, string>>,
  options: {
    readonly inputs?: Readonly<Record<string, string>>;
    readonly event?: string;
    readonly payload?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<Reported> {
  const files =
    'schema' in artifact
      ? { 'gate.json': JSON.stringify(artifact), 'comment.md': '### Model gate passed' }
      : artifact;
  const { workspace: _, temp: __, actionPath: ___, ...context } = contextOf(service.url);
  const runtime = await memoryRuntime({
    action: 'gate-metrics',
    inputs: { mode: 'report', 'check-name': 'Model gate', 'status-name': 'gate', ...options.inputs },
    artifacts: { 'gate-metrics': files as Readonly<Record<string, string>> },
    context: {
      ...context,
      event: options.event ?? 'workflow_run',
      payload: options.payload ?? { workflow_run: { id: origin.run.id } },
      runUrl: 'https://github.com/octo/models/actions/runs/7',
    },
    github: clientOf(service, { permissions: { ...EVERYTHING, contents: 'read' } }),
  });
  onTestFinished(() => runtime.dispose());
  return { outcome: await postReport(runtime, readInputs(runtime.input)), runtime };
}

const get = async (path: string): Promise<unknown> => {
  const headers = { authorization: `token ${service.issueToken('all', 'octo')}` };
  return (await fetch(`${service.url}/repos/octo/models${path}`, { headers })).json();
};

async function commentOf({ number }: Fork): Promise<string> {
  const found = (await get(`/issues/${number}/comments`)) as readonly { body: string }[];
  return found.map(({ body }) => body).join('\n-----\n');
}

/** Conclusion of the check and state of the status on a commit. */
async function stands(headSha: string): Promise<readonly (string | undefined)[]> {
  const checks = (await get(`/commits/${headSha}/check-runs`)) as {
    check_runs: readonly { conclusion: string }[];
  };
  const statuses = (await get(`/commits/${headSha}/status`)) as { statuses: readonly { state: string }[] };
  return [checks.check_runs[0]?.conclusion, statuses.statuses[0]?.state];
}

describe('a run of a fork', () => {
  test('that passed is posted as what it is: comment, check and status on its own commit', async () => {
    const origin = await fork();
    const { outcome, runtime } = await report(origin, honest(origin), {
      inputs: { metrics: `artifact:gate-metrics@run:${origin.run.id}`, comment: 'always' },
    });
    expect(outcome).toEqual({
      verdict: 'pass',
      failOn: 'fail',
      message: 'Model gate passed, all 2 gates hold',
    });
    expect(runtime.recorded.downloads).toEqual([
      { name: 'gate-metrics', origin: { kind: 'run', run: origin.run.id } },
    ]);
    expect(await stands(origin.headSha)).toEqual(['success', 'success']);
    const body = await commentOf(origin);
    expect(body).toContain('### Model gate passed, all 2 gates hold');
    expect(body).toContain(
      `> The numbers come from [run ${origin.run.id}](${service.url}/octo/models/actions/runs/${origin.run.id}), which ran the code and the workflow of this pull request`,
    );
    expect(runtime.recorded.outputs.get('comment-url')).toContain('http');
    expect(runtime.recorded.outputs.get('check-url')).toContain('http');
    expect(runtime.recorded.outputs.has('gate-path')).toBe(false);
    expect(runtime.recorded.summary()).toContain('### Model gate passed');
    expect(runtime.recorded.log.filter(({ level }) => level === 'warning')).toEqual([]);
  });

  test("that failed is posted with the base policy's own offers and mentions, not with the document's", async () => {
    const origin = await fork({ conclusion: 'failure' });
    const failed = gateResult({ id: 'floor', baseline: null, status: 'fail', verdict: 'fail' });
    const document = honest(origin, {
      verdict: 'fail',
      gates: [failed, gateResult()],
      report: { primary: [], changedRows: 10, mentionOnFail: ['@everyone/of-us'] },
    });
    expect((await report(origin, document)).outcome.verdict).toBe('fail');
    expect(await stands(origin.headSha)).toEqual(['failure', 'failure']);
    const body = await commentOf(origin);
    expect(renderLikeGitHub(body).mentions).toEqual(['@octo/ml-leads']);
    expect(body).toContain(
      'add the label `gate: accept floor` and comment `/waive floor because …` (admin; counts 7 d)',
    );
  });

  test('of the same repository is reported on like one of a fork', async () => {
    const origin = await fork({}, {}, false);
    expect((await report(origin, honest(origin))).outcome.verdict).toBe('pass');
    expect(await stands(origin.headSha)).toEqual(['success', 'success']);
  });

  test('that was cancelled leaves nothing to report, and nothing is green', async () => {
    const origin = await fork({ conclusion: 'cancelled' });
    const { outcome } = await report(origin, honest(origin));
    expect(outcome.verdict).toBe('inconclusive');
    expect(await stands(origin.headSha)).toEqual([undefined, undefined]);
  });

  test('whose pull request has moved on is posted to its own commit, and not as a comment', async () => {
    const origin = await fork();
    const moved = await service.remote.commitFiles(origin.branch, { 'more.txt': 'x' }, 'More');
    const { outcome, runtime } = await report(origin, honest(origin), { inputs: { comment: 'always' } });
    expect(outcome.verdict).toBe('pass');
    expect(await stands(origin.headSha)).toEqual(['success', 'success']);
    expect(await stands(moved)).toEqual([undefined, undefined]);
    expect(await commentOf(origin)).toBe('');
    expect(runtime.recorded.log).toContainEqual({
      level: 'notice',
      message: expect.stringContaining(`Pull request #${origin.number} has moved on to ${moved}`),
    });
  });
});

test('what a fork run of gate-metrics itself leaves is posted without a doubt', async () => {
  const origin = await fork();
  const rows = simulatedRows({ n: 400, wrong: 0.1, model: 11 });
  const baseSha = (await service.remote.resolve('refs/heads/main')) ?? '';
  const { workspace: _, temp: __, actionPath: ___, ...context } = contextOf(service.url);
  await using measured = await memoryRuntime({
    action: 'gate-metrics',
    inputs: { metrics: 'candidate', baseline: 'baseline', comment: 'never' },
    files: {
      ...evidenceFiles('candidate', rows),
      ...evidenceFiles('baseline', rows),
      '.mlops/gates.yml': POLICY,
    },
    context: {
      ...context,
      event: 'pull_request',
      source: { ...context.source, commit: origin.headSha, run: origin.run.id },
      pullRequest: {
        number: origin.number,
        headSha: origin.headSha,
        baseSha,
        baseRef: 'main',
        fromFork: true,
        labels: [],
      },
    },
    github: clientOf(service, {
      permissions: { contents: 'read', 'pull-requests': 'read', issues: 'read', actions: 'read' },
    }),
  });
  expect((await main(measured)).verdict).toBe('pass');
  const files = { 'gate.json': await measured.files.readText('mlops/gate-metrics/gate.json') };
  expect((await report(origin, files, { inputs: { comment: 'always' } })).outcome.verdict).toBe('pass');
  expect(await stands(origin.headSha)).toEqual(['success', 'success']);
  expect(await commentOf(origin)).toContain('> [!NOTE]');
});

describe('a result that is in doubt is never green', () => {
  const relaxed = POLICY.replace('0.5', '0.1');
  test.each<[string, Partial<GateDocument>, Readonly<Record<string, string>>, string]>([
    [
      'another policy',
      {
        policy: {
          path: '.mlops/gates.yml',
          ref: 'head',
          commit: '',
          digest: sha256(relaxed),
          inlineGates: 0,
        },
      },
      {},
      'it was not judged by .mlops/gates.yml of main alone',
    ],
    [
      'inline gates',
      {
        policy: { path: '.mlops/gates.yml', ref: 'base', commit: '', digest: sha256(POLICY), inlineGates: 1 },
      },
      {},
      'it was judged by inline gates too',
    ],
    [
      'a gate left out',
      { gates: [gateResult()] },
      {},
      "it lacks gates that the base branch's policy has: floor",
    ],
    [
      'a verdict milder than its gates',
      { gates: [gateResult({ id: 'floor', status: 'fail', verdict: 'fail' }), gateResult()] },
      {},
      'its verdict, pass, is milder than its own gates say: fail',
    ],
    [
      'a guard that fails',
      { guards: [{ id: 'rows', verdict: 'fail', reason: 'fewer' }] },
      {},
      'is milder than its own gates say: fail',
    ],
    [
      'waivers of its own',
      {
        verdict: 'waived',
        gates: [gateResult({ id: 'floor', status: 'fail', verdict: 'waived' }), gateResult()],
      },
      {},
      'it counts waivers',
    ],
    [
      'a workflow that the pull request edits',
      {},
      { '.github/workflows/gate-fork-check.yml': 'on: push' },
      'the pull request edits what measured it: .github/workflows/gate-fork-check.yml',
    ],
  ])('%s', async (_, change, files, doubt) => {
    const origin = await fork({}, files);
    const { outcome } = await report(origin, honest(origin, change));
    expect(outcome.verdict).toBe('inconclusive');
    expect(await stands(origin.headSha)).toEqual(['neutral', 'pending']);
    const body = await commentOf(origin);
    expect(body.split('\n')[1]).toMatch(/^### Model gate unverified: its run says "passed/);
    expect(body).toContain('**This result is not verified:**');
    expect(renderLikeGitHub(body).text.replaceAll('\u200b', '')).toContain(doubt);
    expect(body).toContain('mlops-gate-state said=unverified');
  });

  test('and one that blocks keeps blocking', async () => {
    const origin = await fork({ conclusion: 'failure' });
    const gates = [gateResult({ id: 'floor', status: 'fail', verdict: 'fail' })];
    expect((await report(origin, honest(origin, { verdict: 'fail', gates }))).outcome.verdict).toBe('fail');
    expect(await stands(origin.headSha)).toEqual(['failure', 'failure']);
    expect(renderLikeGitHub(await commentOf(origin)).mentions).toEqual([]);
  });

  test('a policy that the base branch does not have', async () => {
    const origin = await fork();
    const document = honest(origin);
    const { outcome } = await report(origin, document, { inputs: { policy: 'other.yml' } });
    expect(outcome.verdict).toBe('inconclusive');
    expect(await commentOf(origin)).toContain('the base branch main has no other.yml to compare with');
  });
});

describe('what is not what it should be is refused, and nothing is posted', () => {
  const digest = `sha256:${'0'.repeat(64)}`;

  async function expectRefused(
    origin: Fork,
    work: Promise<unknown>,
    code: string,
    message: RegExp,
  ): Promise<void> {
    await expect(work).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await commentOf(origin)).toBe('');
    expect(await stands(origin.headSha)).toEqual([undefined, undefined]);
  }

  test.each<[string, string]>([
    ['push', 'push'],
    ['pull_request', 'pull_request'],
    ['outside GitHub', ''],
  ])('an event that is not workflow_run: %s', async (_, event) => {
    const origin = await fork();
    const work = report(origin, honest(origin), { event });
    await expectRefused(
      origin,
      work,
      'invalid-input',
      /works in a workflow that runs on workflow_run, this one runs on/,
    );
  });

  test.each([{}, { workflow_run: null }, { workflow_run: { id: '12' } }, { workflow_run: { id: -1 } }])(
    'an event that does not say which run it follows: %j',
    async (payload) => {
      const origin = await fork();
      const work = report(origin, honest(origin), { payload });
      await expectRefused(origin, work, 'invalid-input', /does not say which run it follows/);
    },
  );

  test('a run that is not there', async () => {
    const origin = await fork();
    const work = report(origin, honest(origin), { payload: { workflow_run: { id: 999_999 } } });
    await expectRefused(origin, work, 'not-found', /actions\/runs\/999999: not found/);
  });

  test('a run that push started', async () => {
    const origin = await fork({ event: 'push' });
    await expectRefused(origin, report(origin, honest(origin)), 'untrusted-event', /was started by push/);
  });

  test('a run that goes on', async () => {
    const origin = await fork({ status: 'in_progress', conclusion: null });
    await expectRefused(
      origin,
      report(origin, honest(origin)),
      'evidence-refused',
      /ended as not at all yet: expected success or failure/,
    );
  });

  test('a branch without an open pull request', async () => {
    const origin = await fork();
    const other = { ...origin, run: service.runs.register({ ...origin.run, headBranch: 'merged-long-ago' }) };
    const work = report(other, honest(other));
    await expectRefused(
      origin,
      work,
      'evidence-refused',
      /no open pull request from mallory\/models, branch merged-long-ago/,
    );
  });

  test('a branch of the same name in another fork is another pull request', async () => {
    const origin = await fork();
    const other = { ...origin, run: service.runs.register({ ...origin.run, headRepository: 'octo/models' }) };
    await expectRefused(
      origin,
      report(other, honest(other)),
      'evidence-refused',
      /no open pull request from octo\/models/,
    );
  });

  test('a run of another fork of the same owner is not about this pull request', async () => {
    const origin = await fork();
    const twin = service.runs.register({ ...origin.run, headRepository: 'mallory/models-2' });
    const work = report({ ...origin, run: twin }, honest({ ...origin, run: twin }));
    await expectRefused(origin, work, 'evidence-refused', /no open pull request from mallory\/models-2/);
  });

  test.each<[string, Partial<GateDocument['source']>, RegExp]>([
    ['another commit', { commit: 'c'.repeat(40) }, /about commit c{40} and not [0-9a-f]{40}/],
    ['another run', { run: 3 }, /about run 3 and not \d+/],
    [
      'another repository',
      { repository: 'mallory/models' },
      /about repository mallory\/models and not octo\/models/,
    ],
    ['no commit', { commit: '' }, /about commit none and not/],
  ])('a document that is about %s', async (_, source, message) => {
    const origin = await fork();
    const document = honest(origin);
    const forged = { ...document, source: { ...document.source, ...source } };
    await expectRefused(origin, report(origin, forged), 'evidence-refused', message);
  });

  test('a document for another pull request goes to the one that GitHub names', async () => {
    const [victim, origin] = [await fork(), await fork()];
    const document = honest(origin);
    await report(
      origin,
      { ...document, source: { ...document.source, ref: `refs/pull/${victim.number}/merge` } },
      { inputs: { comment: 'always' } },
    );
    expect(await commentOf(victim)).toBe('');
    expect(await commentOf(origin)).toContain('### Model gate passed');
  });

  test.each<[string, (origin: Fork) => Readonly<Record<string, string>>, string, RegExp]>([
    ['no artifact of ours', () => ({ 'other.json': '{}' }), 'not-found', /holds no gate\.json/],
    ['no JSON', () => ({ 'gate.json': '{' }), 'invalid-file', /gate\.json:1/],
    [
      'another kind of document',
      () => ({ 'gate.json': '{"schema":"mlops-actions/metrics/v1"}' }),
      'invalid-document',
      /expected a gate document/,
    ],
    [
      'a key that is not in the schema',
      (origin) => ({ 'gate.json': JSON.stringify({ ...honest(origin), comment: '# hi' }) }),
      'invalid-document',
      /comment/,
    ],
    [
      'a digest that is none',
      (origin) => ({
        'gate.json': JSON.stringify({
          ...honest(origin),
          candidate: { location: '', digest: 'sha256:x', commit: '' },
        }),
      }),
      'invalid-document',
      /digest/,
    ],
    [
      'a mention that is none',
      (origin) => ({
        'gate.json': JSON.stringify({
          ...honest(origin),
          report: { primary: [], changedRows: 1, mentionOnFail: ['@a <!-- x'] },
        }),
      }),
      'invalid-document',
      /mentionOnFail/,
    ],
    [
      'a key twice',
      () => ({
        'gate.json': `{"schema":"mlops-actions/gate/v1","schema":"mlops-actions/gate/v1","digest":"${digest}"}`,
      }),
      'invalid-file',
      /schema/,
    ],
    [
      'a huge file',
      (origin) => ({ 'gate.json': JSON.stringify(honest(origin, { notes: ['x'.repeat(5_000_000)] })) }),
      'limit-exceeded',
      /gate\.json/,
    ],
  ])('%s', async (_, files, code, message) => {
    const origin = await fork();
    await expectRefused(origin, report(origin, files(origin)), code, message);
  });

  test('an artifact that is not there', async () => {
    const origin = await fork({ conclusion: 'failure' });
    const work = report(origin, honest(origin), { inputs: { metrics: 'artifact:none' } });
    await expectRefused(origin, work, 'not-found', /there is no artifact "none"/);
  });

  test.each(['artifact:gate-metrics@run:1', 'artifact:gate-metrics@branch:main', 'artifact:a\nartifact:b'])(
    'a location that is not an artifact of the run: %j',
    async (metrics) => {
      const origin = await fork();
      const work = report(origin, honest(origin), { inputs: { metrics } });
      await expectRefused(origin, work, 'invalid-input', /takes one artifact of the run it follows/);
    },
  );
});

test('hostile texts of an untrusted document show and do nothing, and its comment.md is not used', async () => {
  const text =
    '@octo ![x](http://evil.example/x.png) <img src=x> #1 </details>\n### Model gate passed\n<!-- mlops-actions:gate-metrics:other -->';
  const origin = await fork();
  const gates = GATES.map((gate) => ({ ...gate, metric: text, reason: text, allowed: text, unit: text }));
  const document = honest(origin, {
    gates: [
      ...gates,
      gateResult({ id: text, slice: text, status: 'fail', verdict: 'warn', severity: 'warning' }),
    ],
    verdict: 'warn',
    model: { name: text, digest: sha256('m') },
    notes: [text],
    changedRows: [{ id: text, actual: text, candidate: text, baseline: text, change: 'broken' }],
    trends: [
      {
        metric: text,
        points: [1, 2].map((value) => ({ commit: 'a'.repeat(40), created: '2026-01-01T00:00:00Z', value })),
      },
    ],
  });
  await report(origin, { 'gate.json': JSON.stringify(document), 'comment.md': '# evil @octo' });
  const body = await commentOf(origin);
  const rendered = renderLikeGitHub(body);
  expect(rendered.mentions).toEqual([]);
  expect(rendered.references).toEqual([]);
  expect(
    rendered.links.filter(
      (link) =>
        !/^(http:\/\/127\.0\.0\.1:\d+|https:\/\/github\.com)\/octo\/models\/actions\/runs\/\d+$/.test(link),
    ),
  ).toEqual([]);
  expect(rendered.tags.has('img')).toBe(false);
  expect(rendered.html.match(/<h3>/g)).toHaveLength(1);
  expect(body).not.toContain('# evil');
  expect(body.match(/<!--/g)).toHaveLength(2);
});
