import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { loadHistory } from '../../actions/gate-metrics/history/load-history.ts';
import { type Recorded, recordHistory } from '../../actions/gate-metrics/history/record-history.ts';
import { writeBadge } from '../../actions/gate-metrics/write-badge.ts';
import { sha256 } from '../../actions/lib/digest.ts';
import type { GateDocument } from '../../actions/lib/documents/gate.ts';
import { HISTORY_MARKER } from '../../actions/lib/history/history-branch.ts';
import { historyPath, parseHistory } from '../../actions/lib/history/history-file.ts';
import type { HistoryPoint } from '../../actions/lib/policy/history.ts';
import type { MetricsView } from '../../actions/lib/policy/metrics-view.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import type { RunContext } from '../../actions/runtime/runtime.ts';
import { clientOf, contextOf, startTestGitHub } from '../support/github.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';

const BRANCH = 'mlops-history';
const INPUTS = { history: BRANCH, commentKey: '' };

let service: GitHubService;

beforeEach(async () => {
  service = await startTestGitHub();
});

afterEach(async () => {
  expect(service.violations).toEqual([]);
  await service.close();
});

const commitOf = (run: number): string => run.toString(16).padStart(40, '0');

async function runtimeOf(
  run: number,
  context: Partial<RunContext> = {},
  token?: string,
): Promise<MemoryRuntime> {
  const base = contextOf(service.url);
  const runtime = await memoryRuntime({
    action: 'gate-metrics',
    context: { ...base, source: { ...base.source, run, commit: commitOf(run) }, ...context },
    github: clientOf(service, {
      limits: { silenceMs: 20_000, tries: 3, backoffMs: 10 },
      ...(token !== undefined && { token }),
    }),
  });
  onTestFinished(() => runtime.dispose());
  return runtime;
}

const candidate = (f1: number): MetricsView => ({
  location: 'metrics.json',
  digest: sha256('metrics'),
  entries: ['f1', 'recall'].flatMap((name) =>
    [undefined, 'region=North', 'region=South'].map((slice) => ({
      ...{ name, slice, value: f1, problem: undefined, direction: 'higher' as const },
      ...{ kind: undefined, unit: undefined, n: 10, params: {} },
      ci: { low: f1 - 0.1, high: f1 + 0.1, level: 0.95, method: 'wilson' },
    })),
  ),
  document: undefined,
  rows: undefined,
  rowsDigest: undefined,
});

/** As much of a gate's document as the history looks at. */
const documentOf = (runtime: MemoryRuntime, change: Partial<GateDocument> = {}): GateDocument =>
  ({
    created: '2026-01-15T12:00:00.000Z',
    source: runtime.context.source,
    verdict: 'pass',
    gates: [{ metric: 'recall', slice: 'region=North' }],
    ...change,
  }) as unknown as GateDocument;

const record = async (
  runtime: MemoryRuntime,
  f1 = 0.9,
  inputs: Parameters<typeof recordHistory>[1] = INPUTS,
): Promise<Recorded> => recordHistory(runtime, inputs, documentOf(runtime), candidate(f1));

async function file(path: string): Promise<string | undefined> {
  const sha = await service.remote.resolve(`refs/heads/${BRANCH}:${path}`);
  return sha === undefined ? undefined : (await service.remote.read(sha, 'blob')).toString();
}

const points = async (key = 'gate-metrics'): Promise<readonly HistoryPoint[]> =>
  parseHistory((await file(historyPath(key))) ?? '', 'x');

test('a run on the default branch adds its point, and the branch, the marker and the page with it', async () => {
  const runtime = await runtimeOf(12);
  const recorded = await record(runtime);
  expect(recorded).toEqual({
    kind: 'recorded',
    branch: BRANCH,
    commit: await service.remote.resolve(`refs/heads/${BRANCH}`),
  });
  expect(await points()).toEqual([
    {
      commit: commitOf(12),
      created: '2026-01-15T12:00:00.000Z',
      run: 12,
      verdict: 'pass',
      metrics: [
        { name: 'f1', value: 0.9, low: 0.8, high: 1 },
        { name: 'recall', value: 0.9, low: 0.8, high: 1 },
        { name: 'recall', slice: 'region=North', value: 0.9, low: 0.8, high: 1 },
      ],
    },
  ]);
  expect(JSON.parse((await file(HISTORY_MARKER)) ?? '')).toEqual({
    schema: 'mlops-actions/history/v1',
    keys: ['gate-metrics'],
  });
  const page = await file('index.html');
  expect(page).toContain(`https://github.com/octo/models/commit/${commitOf(12)}`);
  expect(page).toContain('recall, region=North');
  const later = await runtimeOf(13);
  expect(await loadHistory(later, INPUTS)).toEqual(await points());
});

test('eight runs at once lose nothing, and the order is that of the runs', async () => {
  const runs = [28, 21, 25, 22, 27, 23, 26, 24];
  const runtimes = await Promise.all(runs.map((run) => runtimeOf(run)));
  const recorded = await Promise.all(runtimes.map((runtime) => record(runtime)));
  expect(recorded.map(({ kind }) => kind)).toEqual(runs.map(() => 'recorded'));
  expect((await points()).map(({ run }) => run)).toEqual([21, 22, 23, 24, 25, 26, 27, 28]);
}, 120_000);

test('a run that is started again replaces its point, and is not compared with it', async () => {
  await record(await runtimeOf(5), 0.5);
  await record(await runtimeOf(6), 0.6);
  const again = await runtimeOf(5);
  expect((await loadHistory(again, INPUTS))?.map(({ run }) => run)).toEqual([6]);
  await record(again, 0.55);
  expect((await points()).map(({ run, metrics }) => [run, metrics[0]?.value])).toEqual([
    [5, 0.55],
    [6, 0.6],
  ]);
  const before = await service.remote.resolve(`refs/heads/${BRANCH}`);
  expect(await record(again, 0.55)).toMatchObject({ kind: 'recorded' });
  expect(await service.remote.resolve(`refs/heads/${BRANCH}`)).toBe(before);
});

test('gates with other keys have histories of their own on one page', async () => {
  await record(await runtimeOf(1), 0.9);
  await record(await runtimeOf(1), 0.7, { ...INPUTS, commentKey: 'Shadow <b>' });
  expect(await points()).toHaveLength(1);
  expect(await points('Shadow <b>')).toHaveLength(1);
  expect(historyPath('Shadow <b>')).toMatch(/^history\/shadow-b-[0-9a-f]{12}\.ndjson$/);
  const page = await file('index.html');
  expect(page).toContain('Shadow &lt;b&gt;');
  expect(page).not.toContain('<b>');
});

const PULL_REQUEST = {
  ...{ number: 1, headSha: commitOf(3), baseSha: commitOf(2), baseRef: 'main' },
  ...{ fromFork: false, labels: [] },
};
const { source } = contextOf('');

test.each<[string, Partial<RunContext>]>([
  ['a pull request', { event: 'pull_request', pullRequest: PULL_REQUEST }],
  ['a pull request in a trusted run', { event: 'pull_request_target', pullRequest: PULL_REQUEST }],
  ['a run that another workflow started', { event: 'workflow_run' }],
  ['a merge queue', { event: 'merge_group' }],
  ['a push to another branch', { source: { ...source, ref: 'refs/heads/feature' } }],
  ['a push of a tag', { source: { ...source, ref: 'refs/tags/main' } }],
  ["somebody's own machine", { event: '' }],
])('%s writes nothing', async (_, context) => {
  const runtime = await runtimeOf(3, context);
  expect(await record(runtime)).toMatchObject({ kind: 'skipped' });
  expect(service.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(await service.remote.resolve(`refs/heads/${BRANCH}`)).toBeUndefined();
});

test('switched off, nothing is asked or said', async () => {
  const runtime = await runtimeOf(3);
  expect(await record(runtime, 0.9, { history: undefined, commentKey: '' })).toEqual({ kind: 'off' });
  expect(await loadHistory(runtime, { history: undefined, commentKey: '' })).toBeUndefined();
  expect(service.calls).toEqual([]);
  expect(runtime.recorded.log).toEqual([]);
});

test('a token that may only read is a warning that names the permission', async () => {
  const runtime = await runtimeOf(3, {}, service.issueToken({ contents: 'read' }));
  expect(await record(runtime)).toMatchObject({ kind: 'failed' });
  const [warning] = runtime.recorded.log.filter(({ level }) => level === 'warning');
  expect(warning?.message).toContain('history: this run is not recorded on mlops-history');
  expect(warning?.message).toContain('permissions: contents: write');
});

test('a lost reply adds the point once', async () => {
  service.fault({
    method: 'POST',
    path: /\/git\/refs$/,
    fault: { kind: 'status', status: 502, when: 'after' },
  });
  expect(await record(await runtimeOf(4))).toMatchObject({ kind: 'recorded' });
  service.fault({ method: 'PATCH', path: /\/git\/refs\//, fault: { kind: 'reset', when: 'after' } });
  expect(await record(await runtimeOf(5))).toMatchObject({ kind: 'recorded' });
  expect((await points()).map(({ run }) => run)).toEqual([4, 5]);
});

test('an outage is a warning', async () => {
  service.fault({
    path: /\/git\/ref\//,
    times: 50,
    fault: { kind: 'status', status: 502, when: 'before' },
  });
  const runtime = await runtimeOf(4);
  expect(await record(runtime)).toMatchObject({ kind: 'failed' });
  expect(await loadHistory(runtime, INPUTS)).toBeUndefined();
  expect(runtime.recorded.log.filter(({ level }) => level === 'warning')).toHaveLength(2);
});

test('a branch that is something else is left alone', async () => {
  const tip = await service.remote.commitFiles(BRANCH, { 'index.html': 'our site' }, 'Site');
  const runtime = await runtimeOf(4);
  expect(await record(runtime)).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('is not a history of ours'),
  });
  expect(await service.remote.resolve(`refs/heads/${BRANCH}`)).toBe(tip);
  expect(await record(runtime, 0.9, { ...INPUTS, history: 'main' })).toMatchObject({ kind: 'skipped' });
});

test('a damaged line is named and nothing is written over it', async () => {
  await record(await runtimeOf(1));
  const text = `${await file(historyPath('gate-metrics'))}{"commit": 7}\n`;
  await service.remote.commitFiles(BRANCH, { [historyPath('gate-metrics')]: text }, 'Edit by hand');
  const runtime = await runtimeOf(2);
  const recorded = await record(runtime);
  expect(recorded).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining(`${BRANCH}:history/gate-metrics.ndjson:2:`),
  });
  expect(await file(historyPath('gate-metrics'))).toBe(text);
  expect(await loadHistory(runtime, INPUTS)).toBeUndefined();
});

test('badges are written for the metric, and a metric that is not there is a warning', async () => {
  const runtime = await runtimeOf(1);
  const inputs = { badge: 'f1', outputDir: 'out' };
  const document = documentOf(runtime, { verdict: 'fail' });
  expect(await writeBadge(runtime, inputs, document, candidate(0.91234))).toEqual([
    'out/badge.json',
    'out/badge.svg',
  ]);
  expect(JSON.parse(await runtime.files.readText('out/badge.json'))).toEqual({
    schemaVersion: 1,
    label: 'f1',
    message: '0.9123, fail',
    color: 'cf222e',
  });
  expect(await runtime.files.readText('out/badge.svg')).toContain('aria-label="f1: 0.9123, fail"');
  await writeBadge(runtime, { ...inputs, badge: 'auc' }, document, candidate(0.9));
  expect(runtime.recorded.log.at(-1)).toEqual({
    level: 'warning',
    message: 'badge: the metrics hold no value of "auc"; they have f1, recall',
  });
  expect(await runtime.files.readText('out/badge.json')).toContain('no value');
  expect(await writeBadge(runtime, { badge: undefined, outputDir: 'out' }, document, candidate(1))).toEqual(
    [],
  );
});
