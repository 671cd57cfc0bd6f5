import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { findBaseline, findNamedBaselines } from '../../actions/gate-metrics/baseline/find-baseline.ts';
import { type FoundBaseline, verdictWithout } from '../../actions/gate-metrics/baseline/found-baseline.ts';
import type { BaselineInputs } from '../../actions/gate-metrics/baseline/search.ts';
import { sha256 } from '../../actions/lib/digest.ts';
import { ActionError } from '../../actions/lib/errors.ts';
import { HISTORY_MARKER, markerText } from '../../actions/lib/history/history-branch.ts';
import { historyPath, historyText } from '../../actions/lib/history/history-file.ts';
import type { HistoryPoint } from '../../actions/lib/policy/history.ts';
import { LEDGER_MARKER, ledgerPath } from '../../actions/lib/registry/ledger.ts';
import type { FaultRule } from '../../actions/local/services/github/faults.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import type { RunContext, Runtime } from '../../actions/runtime/runtime.ts';
import { clientOf, contextOf, startTestGitHub } from '../support/github.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';
import { zipOf } from '../support/zip.ts';

const WORKFLOW = '.github/workflows/ci.yml';

interface Stored {
  readonly run: number;
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly expired: boolean;
}

let service: GitHubService;
let stored: Stored[];

beforeEach(async () => {
  stored = [];
  service = await startTestGitHub({
    artifacts: {
      list: async () =>
        stored.map(({ run, name, expired }, index) => ({
          ...{ id: index + 1, name, run, expired },
          sizeBytes: 1,
          digest: sha256(name),
          createdAt: '2026-01-01T00:00:00Z',
        })),
      read: async () => undefined,
    },
  });
});

afterEach(async () => {
  expect(service.violations).toEqual([]);
  await service.close();
});

/** Commits one after the other on a branch; the first one on top of `from`. */
async function commits(branch: string, count: number, from?: string): Promise<readonly string[]> {
  const made: string[] = [];
  for (let index = 0; index < count; index++)
    made.push(
      await service.remote.commitFiles(
        branch,
        { [`${branch}.txt`]: `${made.length} ${branch}` },
        `Commit ${index}`,
        index === 0 ? from : undefined,
      ),
    );
  return made;
}

/** A completed run with artifacts, `{ f1: value }` as `evaluate-model` unless others are given. */
function run(
  headSha: string,
  value: number,
  change: {
    readonly branch?: string;
    readonly event?: string;
    readonly path?: string;
    readonly conclusion?: 'success' | 'failure';
    readonly artifacts?: readonly Omit<Stored, 'run'>[];
  } = {},
): number {
  const { id } = service.runs.register({
    path: change.path ?? WORKFLOW,
    event: change.event ?? 'push',
    headSha,
    headBranch: change.branch ?? 'main',
    status: 'completed',
    conclusion: change.conclusion ?? 'success',
  });
  const files = { 'metrics.json': JSON.stringify({ f1: value }) };
  const artifacts = change.artifacts ?? [{ name: 'evaluate-model', files, expired: false }];
  stored.push(...artifacts.map((artifact) => ({ ...artifact, run: id })));
  return id;
}

/** A runtime whose artifacts are those of the runs above. */
async function runtimeOf(
  context: Partial<RunContext>,
  token?: string,
): Promise<{ readonly runtime: Runtime; readonly memory: MemoryRuntime }> {
  const memory = await memoryRuntime({
    action: 'gate-metrics',
    context: { ...contextOf(service.url), ...context },
    github: clientOf(service, {
      limits: { tries: 2, budgetMs: 500, backoffMs: 10 },
      ...(token !== undefined && { token }),
    }),
  });
  onTestFinished(() => memory.dispose());
  const runtime: Runtime = {
    ...memory,
    artifacts: async () => ({
      ...(await memory.artifacts()),
      async download(name, origin) {
        const found = stored.find(
          (one) => one.name === name && origin.kind === 'run' && one.run === origin.run && !one.expired,
        );
        if (found === undefined) throw new ActionError('not-found', `there is no artifact "${name}"`);
        const folder = await memory.files.temporaryFolder('artifact');
        for (const [path, text] of Object.entries(found.files))
          await memory.files.write(`${folder}/${path}`, text);
        return folder;
      },
    }),
  };
  return { runtime, memory };
}

const INPUTS: BaselineInputs = {
  baseline: 'auto',
  baselineWorkflow: undefined,
  metrics: ['mlops/evaluate-model'],
  format: 'auto',
  expectInputs: undefined,
  artifactName: 'gate-metrics',
  history: undefined,
  commentKey: '',
};

const NO_MODEL = { model: undefined };

/** The context of a pull request whose head is a commit of a branch of its own. */
const pullRequest = (baseSha: string, headSha: string): Partial<RunContext> => ({
  event: 'pull_request',
  pullRequest: { number: 1, headSha, baseSha, baseRef: 'main', fromFork: false, labels: [] },
});

const push = (commit: string, change: Partial<RunContext> = {}): Partial<RunContext> => ({
  source: { ...contextOf('').source, commit },
  ...change,
});

const firstValue = ({ baseline }: FoundBaseline): number | null | undefined =>
  baseline?.view.entries[0]?.value;

const said = ({ attempts }: FoundBaseline): readonly string[] =>
  attempts.map(({ place, found }) => `${place}: ${found}`);

const shortly = (sha: string | undefined): string => (sha ?? '').slice(0, 7);

describe('a pull request', () => {
  test('is compared with the run at its merge base, in four requests', async () => {
    const main = await commits('main', 4);
    const [head = ''] = await commits('change', 1, main[2]);
    run(main[3] ?? '', 0.99);
    const expected = run(main[2] ?? '', 0.9);
    run(main[1] ?? '', 0.5);
    const { runtime } = await runtimeOf(pullRequest(main[3] ?? '', head));
    const found = await findBaseline(runtime, INPUTS, NO_MODEL);
    expect(firstValue(found)).toBe(0.9);
    expect(found.baseline).toMatchObject({
      origin: 'merge-base',
      distance: 0,
      commit: main[2],
      run: expected,
    });
    expect(found.baseline?.view.location).toBe(`artifact:evaluate-model@run:${expected}`);
    expect(found).toMatchObject({ attempts: [], incomplete: false });
    expect(service.calls.length).toBe(4);
  });

  test('is compared with the nearest commit before its merge base that has a run, and says how far away', async () => {
    const main = await commits('main', 9);
    const [head = ''] = await commits('change', 1, main[7]);
    run(main[8] ?? '', 0.99);
    run(main[1] ?? '', 0.5);
    run(main[3] ?? '', 0.7);
    run(main[7] ?? '', 0.1, { conclusion: 'failure' });
    const { runtime } = await runtimeOf(pullRequest(main[8] ?? '', head));
    const found = await findBaseline(runtime, INPUTS, NO_MODEL);
    expect(found.baseline).toMatchObject({ origin: 'ancestor', distance: 4, commit: main[3] });
    expect(firstValue(found)).toBe(0.7);
  });

  test('counts distance along the branch, not through the branches that were merged into it', async () => {
    const main = await commits('main', 2);
    await commits('feature', 5, main[1]);
    const tree = await service.remote.treeOf((await service.remote.resolve('refs/heads/feature')) ?? '');
    const merge = await service.remote.writeCommit({
      tree,
      parents: [main[1] ?? '', (await service.remote.resolve('refs/heads/feature')) ?? ''],
      message: 'Merge',
    });
    await service.remote.moveRef('refs/heads/main', merge, main[1]);
    const [head = ''] = await commits('change', 1, merge);
    run((await service.remote.resolve('refs/heads/feature')) ?? '', 0.1, { branch: 'main' });
    run(main[0] ?? '', 0.7);
    const { runtime } = await runtimeOf(pullRequest(merge, head));
    const found = await findBaseline(runtime, INPUTS, NO_MODEL);
    expect(found.baseline).toMatchObject({ origin: 'ancestor', distance: 2, commit: main[0] });
  });

  test('goes 50 commits back and no further', async () => {
    const main = await commits('main', 52);
    const [head = ''] = await commits('change', 1, main[51]);
    run(main[0] ?? '', 0.1);
    const { runtime } = await runtimeOf(pullRequest(main[51] ?? '', head));
    const far = await findBaseline(runtime, INPUTS, NO_MODEL);
    expect(far.baseline).toBeUndefined();
    expect(said(far)[0]).toBe(
      `runs of ${WORKFLOW} on main: no successful run at ${shortly(main[51])} or the 50 commits before it`,
    );
    run(main[1] ?? '', 0.2);
    const near = await findBaseline((await runtimeOf(pullRequest(main[51] ?? '', head))).runtime, INPUTS, {
      model: undefined,
    });
    expect(near.baseline).toMatchObject({ distance: 50, commit: main[1] });
  }, 30_000);

  test('never trusts runs that a pull request or another workflow started, even under the name of our branch', async () => {
    const main = await commits('main', 2);
    const [head = ''] = await commits('change', 1, main[1]);
    for (const event of ['pull_request', 'pull_request_target', 'workflow_run'])
      run(main[1] ?? '', 0.01, { event });
    run(main[0] ?? '', 0.9, { event: 'schedule' });
    const { runtime } = await runtimeOf(pullRequest(main[1] ?? '', head));
    expect(firstValue(await findBaseline(runtime, INPUTS, NO_MODEL))).toBe(0.9);
  });

  test('says which artifact has expired, and goes on to an older run', async () => {
    const main = await commits('main', 2);
    const [head = ''] = await commits('change', 1, main[1]);
    const gone = run(main[1] ?? '', 0, {
      artifacts: [{ name: 'evaluate-model', files: {}, expired: true }],
    });
    const other = run(main[1] ?? '', 0, { artifacts: [{ name: 'logs', files: {}, expired: false }] });
    run(main[0] ?? '', 0.8);
    const { runtime } = await runtimeOf(pullRequest(main[1] ?? '', head));
    const found = await findBaseline(runtime, INPUTS, NO_MODEL);
    expect(firstValue(found)).toBe(0.8);
    expect(found.incomplete).toBe(false);
    expect(said(found)).toEqual([
      `run ${other} at ${shortly(main[1])}: it has no artifact evaluate-model and gate-metrics`,
      `run ${gone} at ${shortly(main[1])}: its artifact evaluate-model has expired`,
    ]);
  });

  test('refuses an artifact with two candidate files by name, with a warning', async () => {
    const main = await commits('main', 2);
    const [head = ''] = await commits('change', 1, main[1]);
    const files = { 'a/metrics.json': '{"f1": 0.1}', 'b/metrics.json': '{"f1": 0.2}' };
    const bad = run(main[1] ?? '', 0, { artifacts: [{ name: 'evaluate-model', files, expired: false }] });
    run(main[0] ?? '', 0.8);
    const { runtime, memory } = await runtimeOf(pullRequest(main[1] ?? '', head));
    const found = await findBaseline(runtime, INPUTS, NO_MODEL);
    expect(firstValue(found)).toBe(0.8);
    expect(found.incomplete).toBe(true);
    expect(said(found)[0]).toMatch(`run ${bad} at ${shortly(main[1])}: `);
    expect(said(found)[0]).toMatch(/a\/metrics\.json.*b\/metrics\.json/);
    expect(memory.recorded.log.filter(({ level }) => level === 'warning')).toHaveLength(1);
    const strict = findBaseline(runtime, { ...INPUTS, baseline: 'merge-base' }, NO_MODEL);
    await expect(strict).rejects.toThrow(/a\/metrics\.json.*b\/metrics\.json/);
  });

  test('is compared by the numbers that the gate judged where the metrics themselves were not uploaded', async () => {
    const main = await commits('main', 1);
    const [head = ''] = await commits('change', 1, main[0]);
    const gates = [
      { id: 'a', metric: 'f1', candidate: 0.8, direction: 'higher' },
      { id: 'b', metric: 'recall', slice: 'region=North', candidate: 0.7 },
      { id: 'c', metric: 'recall', by: 'gender', candidate: 0.1 },
      { id: 'd', metric: 'auc', candidate: null },
    ];
    const id = run(main[0] ?? '', 0, {
      artifacts: [{ name: 'gate-metrics', files: { 'gate.json': gateText(gates) }, expired: false }],
    });
    const { runtime } = await runtimeOf(pullRequest(main[0] ?? '', head));
    const { baseline } = await findBaseline(runtime, INPUTS, NO_MODEL);
    expect(baseline?.view.entries.map(({ name, slice, value }) => [name, slice, value])).toEqual([
      ['f1', undefined, 0.8],
      ['recall', 'region=North', 0.7],
    ]);
    expect(baseline).toMatchObject({
      run: id,
      origin: 'merge-base',
      view: { datasetDigest: sha256('data'), created: '2026-01-10T00:00:00Z' },
    });
  });

  test('takes all the artifacts that its own metrics come from, as a matrix of jobs leaves them', async () => {
    const main = await commits('main', 2);
    const [head = ''] = await commits('change', 1, main[1]);
    const shard = (name: string, text: string) => ({ name, files: { 'm.json': text }, expired: false });
    run(main[0] ?? '', 0, { artifacts: [shard('part-1', '{"f1": 0.6}'), shard('part-2', '{"auc": 0.7}')] });
    const half = run(main[1] ?? '', 0, { artifacts: [shard('part-1', '{"f1": 0.5}')] });
    const { runtime } = await runtimeOf(pullRequest(main[1] ?? '', head));
    const inputs = { ...INPUTS, metrics: ['artifact:part-1', 'artifact:part-2'], expectInputs: 2 };
    const found = await findBaseline(runtime, inputs, NO_MODEL);
    expect(found.baseline?.view.entries.map(({ name, value }) => [name, value])).toEqual([
      ['f1', 0.6],
      ['auc', 0.7],
    ]);
    expect(said(found)).toEqual([`run ${half} at ${shortly(main[1])}: there is no artifact "part-2"`]);
  });

  test('takes the artifact that its own metrics come from, of the workflow that the input names', async () => {
    const main = await commits('main', 1);
    const [head = ''] = await commits('change', 1, main[0]);
    run(main[0] ?? '', 0.1);
    run(main[0] ?? '', 0.6, {
      path: '.github/workflows/nightly.yml',
      artifacts: [{ name: 'scores', files: { 'm.json': '{"f1": 0.6}' }, expired: false }],
    });
    const { runtime } = await runtimeOf(pullRequest(main[0] ?? '', head));
    const inputs = { ...INPUTS, metrics: ['artifact:scores'], baselineWorkflow: 'nightly.yml' };
    expect(firstValue(await findBaseline(runtime, inputs, NO_MODEL))).toBe(0.6);
  });
});

/** A gate document of an earlier run. */
const gateText = (gates: readonly Readonly<Record<string, unknown>>[]): string =>
  JSON.stringify({
    schema: 'mlops-actions/gate/v1',
    created: '2026-01-10T00:00:00Z',
    source: contextOf('').source,
    subjects: [{ role: 'data', name: 'test.csv', digest: sha256('data') }],
    verdict: 'pass',
    candidate: { location: 'metrics.json', digest: sha256('x'), commit: '' },
    baseline: null,
    namedBaselines: {},
    policy: { path: '', ref: '', commit: '', digest: sha256('p'), inlineGates: 1 },
    multiplicity: {
      required: 'none',
      requiredTests: 0,
      exploratory: 'benjamini-hochberg',
      exploratoryTests: 0,
    },
    settings: { confidence: 0.95, onInconclusive: 'point', onNoBaseline: 'warn', resamples: 100, seed: 1 },
    gates: gates.map((gate) => ({
      severity: 'error',
      outcome: 'block',
      exploratory: false,
      status: 'pass',
      verdict: 'pass',
      baseline: null,
      allowed: 'x',
      reason: 'x',
      ...gate,
    })),
    guards: [],
    waivers: [],
    outcomes: [],
    trends: [],
    report: { primary: [], changedRows: 10, mentionOnFail: [] },
    notes: [],
  });

describe('other events', () => {
  test('a push to the default branch is compared with the run before it, never with itself', async () => {
    const main = await commits('main', 3);
    run(main[2] ?? '', 0.1);
    const before = run(main[0] ?? '', 0.7);
    const { runtime } = await runtimeOf(push(main[2] ?? ''));
    const found = await findBaseline(runtime, INPUTS, NO_MODEL);
    expect(found.baseline).toMatchObject({ origin: 'previous-run', distance: 2, run: before });
  });

  test('the first commit of all has nothing before it', async () => {
    const first = (await service.remote.resolve('refs/heads/main')) ?? '';
    const { runtime } = await runtimeOf(push(first));
    const found = await findBaseline(runtime, INPUTS, NO_MODEL);
    expect(said(found)[0]).toBe(`runs of ${WORKFLOW} on main: there is no commit before this one`);
  });

  test('a push to another branch is a change, as its pull request will be', async () => {
    const main = await commits('main', 2);
    const [head = ''] = await commits('change', 1, main[0]);
    run(main[1] ?? '', 0.1);
    run(main[0] ?? '', 0.7);
    const source = { ...contextOf('').source, commit: head, ref: 'refs/heads/change' };
    const { runtime } = await runtimeOf({ source });
    const found = await findBaseline(runtime, INPUTS, NO_MODEL);
    expect(found.baseline).toMatchObject({ origin: 'merge-base', commit: main[0] });
  });

  test('a merge queue compares with what the change is put on', async () => {
    const main = await commits('main', 2);
    const [head = ''] = await commits('queue', 1, main[1]);
    run(main[1] ?? '', 0.7);
    const { runtime } = await runtimeOf({
      ...push(head, { event: 'merge_group' }),
      payload: { merge_group: { base_sha: main[1], base_ref: 'refs/heads/main', head_sha: head } },
    });
    expect((await findBaseline(runtime, INPUTS, NO_MODEL)).baseline).toMatchObject({
      origin: 'merge-base',
      distance: 0,
    });
  });

  test.each(['schedule', 'workflow_dispatch'])(
    '%s is compared with the newest run but its own',
    async (event) => {
      const main = await commits('main', 2);
      run(main[1] ?? '', 0.3);
      const newest = run(main[0] ?? '', 0.7);
      const own = run(main[1] ?? '', 0.1);
      const source = { ...contextOf('').source, commit: main[1] ?? '', run: own };
      const { runtime } = await runtimeOf({ source, event });
      const { baseline } = await findBaseline(runtime, INPUTS, NO_MODEL);
      expect(baseline).toMatchObject({ origin: 'previous-run', run: newest });
      expect(baseline).not.toHaveProperty('distance');
    },
  );
});

const point = (commit: string, value: number, change: Partial<HistoryPoint> = {}): HistoryPoint => ({
  commit,
  created: '2026-01-02T00:00:00Z',
  run: 3,
  verdict: 'pass',
  metrics: [{ name: 'f1', value }],
  ...change,
});

const keepHistory = (points: readonly HistoryPoint[]): Promise<string> =>
  service.remote.commitFiles(
    'mlops-history',
    { [HISTORY_MARKER]: markerText(['gate-metrics']), [historyPath('gate-metrics')]: historyText(points) },
    'Record',
  );

async function release(tag: string, assets: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  const headers = { authorization: `token ${service.issueToken('all', 'octo')}` };
  const made = await fetch(`${service.url}/repos/octo/models/releases`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ tag_name: tag, name: tag }),
  });
  const { id } = (await made.json()) as { readonly id: number };
  for (const [name, content] of Object.entries(assets)) {
    const kept = await fetch(`${service.url}/repos/octo/models/releases/${id}/assets?name=${name}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      body: Buffer.from(content),
    });
    expect(kept.status).toBe(201);
  }
}

describe('without a run', () => {
  test('the history branch gives the nearest commit that did not fail', async () => {
    const main = await commits('main', 4);
    const [head = ''] = await commits('change', 1, main[3]);
    const datasetDigest = sha256('data');
    await keepHistory([
      point(main[0] ?? '', 0.5),
      point(main[1] ?? '', 0.8, { datasetDigest }),
      point(main[2] ?? '', 0.1, { verdict: 'fail' }),
      point('f'.repeat(40), 0.2),
    ]);
    const { runtime } = await runtimeOf(pullRequest(main[3] ?? '', head));
    const found = await findBaseline(runtime, { ...INPUTS, history: 'mlops-history' }, NO_MODEL);
    expect(firstValue(found)).toBe(0.8);
    expect(found.baseline).toMatchObject({
      origin: 'history',
      distance: 2,
      commit: main[1],
    });
    expect(found.baseline?.view).toMatchObject({
      location: 'history of mlops-history',
      created: '2026-01-02T00:00:00Z',
      datasetDigest,
      rows: undefined,
    });
  });

  test.each([
    ['metrics.json', { 'metrics.json': '{"f1": 0.77}' }],
    [
      'evaluation.zip',
      {
        'evaluation.zip': zipOf([{ name: 'metrics.json', content: '{"f1": 0.77}' }]),
        'metrics.json': '{"f1": 0}',
      },
    ],
  ])('the latest release gives its %s', async (name, assets) => {
    const main = await commits('main', 1);
    const [head = ''] = await commits('change', 1, main[0]);
    await release('v1.2.0', assets);
    const { runtime } = await runtimeOf(pullRequest(main[0] ?? '', head));
    const found = await findBaseline(runtime, INPUTS, NO_MODEL);
    expect(firstValue(found)).toBe(0.77);
    expect(found.baseline).toMatchObject({ origin: 'release', view: { location: `release:v1.2.0/${name}` } });
    const given = await findBaseline(runtime, { ...INPUTS, baseline: 'release:v1.2.0' }, NO_MODEL);
    expect(given.baseline?.origin).toBe('release');
    const asset = { ...INPUTS, baseline: `release:latest/${name}` };
    expect((await findBaseline(runtime, asset, NO_MODEL)).baseline).toMatchObject({ origin: 'given' });
  });

  const metrics = '{"f1": 0.66}';
  const evidence = { digest: sha256(metrics), kind: 'metrics', verdict: 'pass', created: '' };

  test.each<[string, object, Record<string, string>, number | undefined, string]>([
    [
      'the evaluation it was promoted with',
      { evidence: { metrics: evidence }, metrics: {} },
      { [ledgerPath.evidence('churn', evidence.digest)]: metrics },
      0.66,
      '',
    ],
    ['the numbers it was registered with', { evidence: {}, metrics: { f1: 0.55 } }, {}, 0.55, ''],
    [
      'nothing where the ledger holds only digests',
      { evidence: { metrics: evidence }, metrics: {} },
      {},
      undefined,
      'the ledger keeps only digests of the evidence for churn 1.4.0, no numbers',
    ],
    [
      'nothing, with a warning, where the evidence was changed',
      { evidence: { metrics: evidence }, metrics: {} },
      { [ledgerPath.evidence('churn', evidence.digest)]: '{"f1": 0.1}' },
      undefined,
      'its content is',
    ],
  ])("production's version in the registry gives %s", async (_, version, files, value, message) => {
    const main = await commits('main', 1);
    const [head = ''] = await commits('change', 1, main[0]);
    const state = {
      versions: { '1.4.0': { commit: main[0], registered: '2026-01-01T00:00:00Z', ...version } },
      environments: { production: { current: '1.4.0' } },
    };
    await service.remote.commitFiles(
      'mlops-registry',
      { [ledgerPath.marker]: LEDGER_MARKER, [ledgerPath.state('churn')]: JSON.stringify(state), ...files },
      'Promote',
    );
    const { runtime } = await runtimeOf(pullRequest(main[0] ?? '', head));
    const found = await findBaseline(runtime, INPUTS, { model: 'churn' });
    expect(firstValue(found)).toBe(value);
    if (value !== undefined)
      expect(found.baseline).toMatchObject({
        origin: 'production',
        commit: main[0],
        view: { location: 'churn 1.4.0 of mlops-registry' },
      });
    else expect(said(found).at(-1)).toContain(message);
  });

  test('there is none, every place says why, and one notice says it all', async () => {
    const main = await commits('main', 1);
    const [head = ''] = await commits('change', 1, main[0]);
    const { runtime, memory } = await runtimeOf(pullRequest(main[0] ?? '', head));
    const found = await findBaseline(runtime, { ...INPUTS, history: 'mlops-history' }, { model: 'churn' });
    expect(found).toMatchObject({ baseline: undefined, incomplete: false });
    expect(found.attempts.map(({ place }) => place)).toEqual([
      `runs of ${WORKFLOW} on main`,
      'history branch',
      'latest release',
      'production in the registry',
    ]);
    expect(said(found)[2]).toBe('latest release: there is none, or the token may not see it');
    expect(memory.recorded.log.map(({ level }) => level)).toEqual(['notice']);
    expect(verdictWithout(found, 'pass')).toBe('pass');
  });

  test('a search in vain takes at most 45 requests, however many runs there are', async () => {
    const main = await commits('main', 51);
    const [head = ''] = await commits('change', 1, main[50]);
    for (const sha of main)
      for (let time = 0; time < 7; time++)
        run(sha, 0, { artifacts: [{ name: 'evaluate-model', files: {}, expired: true }] });
    await release('v1', {});
    await keepHistory([point('f'.repeat(40), 1)]);
    const { runtime } = await runtimeOf(pullRequest(main[50] ?? '', head));
    const before = service.calls.length;
    const found = await findBaseline(runtime, { ...INPUTS, history: 'mlops-history' }, { model: 'churn' });
    expect(found.baseline).toBeUndefined();
    expect(service.calls.length - before).toBeLessThanOrEqual(45);
    expect(said(found)).toContain('older runs: left out after 8 runs and 0 downloads');
  }, 60_000);
});

describe('when GitHub does not answer as it should', () => {
  const RUNS = /\/actions\/workflows\//;
  const always = (fault: FaultRule['fault'], path: RegExp): FaultRule => ({ path, times: 100, fault });

  async function change(): Promise<Partial<RunContext>> {
    const main = await commits('main', 1);
    const [head = ''] = await commits('change', 1, main[0]);
    run(main[0] ?? '', 0.9);
    return pullRequest(main[0] ?? '', head);
  }

  test.each<[string, FaultRule['fault'], RegExp]>([
    ['502', { kind: 'status', status: 502, when: 'before' }, /GitHub answered 502/],
    ['an HTML page with status 200', { kind: 'html' }, /text\/html instead of JSON/],
    ['half an answer', { kind: 'truncated' }, /gave no usable answer/],
    ['a used up rate limit', { kind: 'primary-limit', resetInSeconds: 3_600 }, /rate limit/],
    ['a secondary rate limit', { kind: 'secondary-limit', retryAfterSeconds: 3_600 }, /asking to wait/],
    ['422', { kind: 'status', status: 422, when: 'before' }, /refused with 422/],
  ])(
    '%s is a loud warning in auto, never a quiet pass, and an error for a place that was named',
    async (_, fault, message) => {
      const context = await change();
      service.fault(always(fault, RUNS));
      const { runtime, memory } = await runtimeOf(context);
      const found = await findBaseline(runtime, INPUTS, NO_MODEL);
      expect(found).toMatchObject({ baseline: undefined, incomplete: true });
      expect(verdictWithout(found, 'pass')).toBe('warn');
      expect(verdictWithout(found, 'fail')).toBe('fail');
      const warnings = memory.recorded.log.filter(({ level }) => level === 'warning');
      expect(warnings[0]?.message).toMatch(message);
      expect(said(found)[0]).toMatch(message);
      const named = findBaseline(runtime, { ...INPUTS, baseline: 'merge-base' }, NO_MODEL);
      await expect(named).rejects.toMatchObject({ code: 'github-unavailable' });
    },
  );

  test('a token that may not read runs names the permission, and the other places are still asked', async () => {
    const context = await change();
    await release('v1', { 'metrics.json': '{"f1": 0.5}' });
    const token = service.issueToken({ contents: 'read' });
    const { runtime, memory } = await runtimeOf(context, token);
    const found = await findBaseline(runtime, INPUTS, NO_MODEL);
    expect(found.baseline?.origin).toBe('release');
    expect(found.incomplete).toBe(true);
    expect(memory.recorded.log.find(({ level }) => level === 'warning')?.message).toContain(
      'permissions: actions: read',
    );
    const named = findBaseline(runtime, { ...INPUTS, baseline: 'branch:main' }, NO_MODEL);
    await expect(named).rejects.toMatchObject({ code: 'github-denied' });
  });

  test('a 404 is a place that is not there', async () => {
    const context = await change();
    service.fault(always({ kind: 'status', status: 404, when: 'before' }, RUNS));
    const { runtime } = await runtimeOf(context);
    const found = await findBaseline(runtime, { ...INPUTS, baseline: 'merge-base' }, NO_MODEL);
    expect(found).toMatchObject({ baseline: undefined, incomplete: false });
    expect(said(found)).toEqual([
      `runs of the workflow: there is no workflow ${WORKFLOW} yet that has run, or the token may not see it (permissions: actions: read)`,
    ]);
  });

  test('an artifact that is deleted between looking and loading is noted', async () => {
    const context = await change();
    const { runtime } = await runtimeOf(context);
    const gone: Runtime = {
      ...runtime,
      artifacts: async () => ({
        ...(await runtime.artifacts()),
        download: () => Promise.reject(new ActionError('not-found', 'there is no artifact "evaluate-model"')),
      }),
    };
    const found = await findBaseline(gone, INPUTS, NO_MODEL);
    expect(said(found)[0]).toMatch(/^run \d+ at [0-9a-f]{7}: there is no artifact "evaluate-model"/);
  });
});

describe('a baseline that is named', () => {
  test('none asks nothing', async () => {
    const { runtime } = await runtimeOf({});
    expect(await findBaseline(runtime, { ...INPUTS, baseline: 'none' }, NO_MODEL)).toEqual({
      baseline: undefined,
      attempts: [],
      incomplete: false,
    });
    expect(service.calls).toEqual([]);
  });

  test('branch:<name> is the newest run of that branch', async () => {
    const [sha = ''] = await commits('release-1', 1);
    run(sha, 0.4, { branch: 'release-1' });
    const id = run(sha, 0.5, { branch: 'release-1' });
    const { runtime } = await runtimeOf({});
    const found = await findBaseline(runtime, { ...INPUTS, baseline: 'branch:release-1' }, NO_MODEL);
    expect(found.baseline).toMatchObject({ origin: 'given', run: id });
  });

  test('an artifact that is not there is no baseline, a path that is not there a mistake', async () => {
    const { runtime, memory } = await runtimeOf({});
    const absent = await findBaseline(runtime, { ...INPUTS, baseline: 'artifact:x@run:5' }, NO_MODEL);
    expect(said(absent)).toEqual(['artifact:x@run:5: there is no artifact "x"']);
    expect(memory.recorded.log[0]).toMatchObject({ level: 'notice' });
    await expect(findBaseline(runtime, { ...INPUTS, baseline: 'basline' }, NO_MODEL)).rejects.toThrow(
      'basline: no such file',
    );
    await expect(findBaseline(runtime, { ...INPUTS, baseline: 'release:' }, NO_MODEL)).rejects.toThrow(
      'expected release:',
    );
  });

  test("a policy's baselines are found by name, equal ones once", async () => {
    const main = await commits('main', 1);
    const [head = ''] = await commits('change', 1, main[0]);
    run(main[0] ?? '', 0.9);
    const { runtime, memory } = await runtimeOf(pullRequest(main[0] ?? '', head));
    await memory.files.write('old.json', '{"f1": 0.2}');
    const found = await findBaseline(runtime, INPUTS, NO_MODEL);
    const before = service.calls.length;
    const baselines = new Map([
      ['main', 'auto'],
      ['old', 'old.json'],
      ['older', 'old.json'],
      ['prod', 'production'],
    ]);
    const named = await findNamedBaselines(runtime, INPUTS, { model: undefined, baselines }, found);
    expect(named.get('main')).toBe(found);
    expect(named.get('old')).toBe(named.get('older'));
    expect(named.get('old')?.baseline?.origin).toBe('given');
    expect(named.get('prod')?.attempts[0]?.found).toContain('the policy names no model');
    expect(service.calls.length).toBe(before);
  });
});

test('outside GitHub the history in the clone is used, and without one a notice says that there is none', async () => {
  const runtime = await memoryRuntime({ action: 'gate-metrics' });
  onTestFinished(() => runtime.dispose());
  const found = await findBaseline(runtime, INPUTS, NO_MODEL);
  expect(said(found)[0]).toContain('outside a workflow there is no run');
  expect(runtime.recorded.log.filter(({ level }) => level === 'notice')).toHaveLength(1);

  const git = async (...args: string[]): Promise<string> => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    const result = await runtime.commands.run(['git', ...identity, ...args], { timeoutMs: 20_000 });
    expect(result.stderr).not.toContain('fatal');
    return result.stdout.trim();
  };
  await git('init', '-b', 'main', '.');
  await git('commit', '--allow-empty', '-m', 'one');
  const base = await git('rev-parse', 'HEAD');
  await git('checkout', '--orphan', 'mlops-history');
  await runtime.files.write(HISTORY_MARKER, markerText(['gate-metrics']));
  await runtime.files.write(historyPath('gate-metrics'), historyText([point(base, 0.8)]));
  await git('add', '.');
  await git('commit', '-m', 'history');
  await git('checkout', '-b', 'change', 'main');
  await git('commit', '--allow-empty', '-m', 'two');
  const kept = await findBaseline(runtime, { ...INPUTS, history: 'mlops-history' }, NO_MODEL);
  expect(kept.baseline).toMatchObject({ origin: 'history', commit: base, distance: 0 });
});
