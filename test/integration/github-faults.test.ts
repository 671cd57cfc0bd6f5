import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../actions/local/services/github/faults.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import type { GitHub, WriteResult } from '../../actions/runtime/github/github.ts';
import { clientOf, startTestGitHub } from '../support/github.ts';

/** What a client may promise of a write under a fault, by whether the write took effect. */
interface FaultCase {
  readonly id: string;
  readonly fault: Fault;
  readonly effect: 'none' | 'happened' | 'after a wait' | 'denied';
}

// The names are those of the fault table: F2 reset before the effect, F3 after it, F6 truncated, F7 HTML under 200,
// F8 and F9 a server error before and after the effect, F10 the secondary limit, F12 no permission.
const FAULTS: readonly FaultCase[] = [
  { id: 'F2 reset before', fault: { kind: 'reset', when: 'before' }, effect: 'none' },
  { id: 'F3 reset after', fault: { kind: 'reset', when: 'after' }, effect: 'happened' },
  { id: 'F6 truncated', fault: { kind: 'truncated' }, effect: 'happened' },
  { id: 'F7 HTML', fault: { kind: 'html' }, effect: 'happened' },
  { id: 'F8 502 before', fault: { kind: 'status', when: 'before', status: 502 }, effect: 'none' },
  { id: 'F9 502 after', fault: { kind: 'status', when: 'after', status: 502 }, effect: 'happened' },
  {
    id: 'F10 secondary limit',
    fault: { kind: 'secondary-limit', retryAfterSeconds: 3 },
    effect: 'after a wait',
  },
  {
    id: 'F12 no permission',
    fault: { kind: 'status', when: 'before', status: 403, message: 'Resource not accessible by integration' },
    effect: 'denied',
  },
];

/** A write of one adapter: what it sends, and how often its effect is there. */
interface WriteCase {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  /** Makes what the write needs and gives the write itself, which may be run again. */
  readonly prepare: (key: string) => Promise<() => Promise<WriteResult<unknown>>>;
  readonly traces: (key: string) => Promise<number>;
  /** Decided by re-reading the branch, so that sending it again is safe. */
  readonly repeats?: true;
  /** GitHub keeps nothing that could be recognised as ours. */
  readonly traceless?: true;
  /** Answered by 204: there is no body that could be cut. */
  readonly bodyless?: true;
}

let service: GitHubService;
let github: GitHub;
let tip: string;
let pull: number;
let incident: number;
let prepared: string;

beforeAll(async () => {
  service = await startTestGitHub();
  tip = await service.remote.commitFiles('main', { 'a.csv': 'a\n' }, 'Add a');
  await service.remote.commitFiles('feature', { 'b.csv': 'b\n' }, 'Add b', 'main');
  pull = await service.seedPullRequest({ head: 'feature', base: 'main', title: 'Change' });
  github = clientOf(service);
  const made = await github.issues.upsert({ key: 'host', title: 'Host', body: '', labels: ['host'] }, '');
  incident = made.kind === 'done' ? made.value.number : 0;
});

afterAll(async () => {
  await service.close();
});

afterEach(() => {
  service.faults.clear();
  expect(service.violations).toEqual([]);
});

async function read(path: string): Promise<unknown> {
  const items: unknown[] = [];
  for (let page = 1; ; page++) {
    const response = await fetch(
      `${service.url}/repos/octo/models${path}${path.includes('?') ? '&' : '?'}per_page=100&page=${page}`,
      {
        headers: { authorization: `token ${service.issueToken('all', 'octo')}` },
      },
    );
    const answer: unknown = await response.json();
    if (!Array.isArray(answer)) return answer;
    items.push(...answer);
    if (answer.length < 100) return items;
  }
}

/** How often a text occurs in an answer. */
const occurrences = async (path: string, text: string): Promise<number> =>
  JSON.stringify(await read(path)).split(text).length - 1;

const check = (key: string, count: number) =>
  ({
    name: key,
    headSha: tip,
    externalId: key,
    conclusion: 'failure',
    title: 't',
    summary: 's',
    annotations: Array.from({ length: count }, (_, i) => ({
      level: 'error' as const,
      message: `${key}-m${i}-`,
      file: 'a.csv',
      line: i + 1,
    })),
  }) as const;

const deployment = (key: string) =>
  ({ sha: tip, environment: 'staging', production: false, task: key, description: '', payload: {} }) as const;

const COMMENTS = /^\/issues\/\d+\/comments$/;

const WRITES: readonly WriteCase[] = [
  {
    name: 'a new comment',
    method: 'POST',
    path: COMMENTS,
    prepare: async (key) => () => github.comments.upsert(pull, key, 'new'),
    traces: (key) => occurrences(`/issues/${pull}/comments`, `mlops-actions:${key} -->`),
  },
  {
    name: 'an edited comment',
    method: 'PATCH',
    path: /^\/issues\/comments\//,
    prepare: async (key) => {
      await github.comments.upsert(pull, key, 'first');
      return () => github.comments.upsert(pull, key, `second ${key}`);
    },
    traces: (key) => occurrences(`/issues/${pull}/comments`, `second ${key}"`),
  },
  {
    name: 'a new check run',
    method: 'POST',
    path: /^\/check-runs$/,
    prepare: async (key) => () => github.checks.publish(check(key, 60)),
    traces: (key) => occurrences(`/commits/${tip}/check-runs?filter=all`, `"name":"${key}"`),
  },
  {
    name: 'the last batch of a check run',
    method: 'PATCH',
    path: /^\/check-runs\//,
    prepare: async (key) => () => github.checks.publish(check(key, 60)),
    traces: (key) => occurrences(`/commits/${tip}/check-runs?check_name=${key}`, '"annotations_count":60'),
  },
  {
    name: 'a commit status',
    method: 'POST',
    path: /^\/statuses\//,
    prepare: async (key) => () =>
      github.checks.status({ sha: tip, state: 'success', context: key, description: key }),
    traces: async (key) => Math.min(1, await occurrences(`/commits/${tip}/status`, `"context":"${key}"`)),
  },
  {
    name: 'a deployment',
    method: 'POST',
    path: /^\/deployments$/,
    prepare: async (key) => () => github.deployments.ensure(deployment(key)),
    traces: (key) => occurrences('/deployments', `"task":"${key}"`),
  },
  {
    name: 'a deployment status',
    method: 'POST',
    path: /^\/deployments\/\d+\/statuses$/,
    prepare: async (key) => {
      const made = await github.deployments.ensure(deployment(key));
      const id = made.kind === 'done' ? made.value.id : 0;
      prepared = `/deployments/${id}/statuses`;
      return () => github.deployments.setStatus(id, { state: 'in_progress', description: key });
    },
    traces: (key) => occurrences(prepared, `"description":"${key}"`),
  },
  {
    name: 'an incident issue',
    method: 'POST',
    path: /^\/issues$/,
    prepare: async (key) => () =>
      github.issues.upsert({ key, title: 'Incident', body: 'b', labels: ['incident'] }, 'update'),
    traces: (key) => occurrences('/issues?state=open&labels=incident', `mlops-actions:${key} -->`),
  },
  {
    name: 'a comment on an issue',
    method: 'POST',
    path: COMMENTS,
    prepare: async (key) => () => github.issues.comment(incident, `note ${key}.`),
    traces: (key) => occurrences(`/issues/${incident}/comments`, `note ${key}.`),
  },
  {
    name: 'closing an issue',
    method: 'PATCH',
    path: /^\/issues\/\d+$/,
    prepare: async (key) => {
      const made = await github.issues.upsert({ key, title: key, body: '', labels: ['close'] }, '');
      const number = made.kind === 'done' ? made.value.number : 0;
      return () => github.issues.close(number);
    },
    traces: (key) => occurrences('/issues?state=closed&labels=close', `mlops-actions:${key} -->`),
  },
  {
    name: 'a new branch',
    method: 'POST',
    path: /^\/git\/refs$/,
    repeats: true,
    prepare: async (key) => {
      const root = await github.git.commit({
        parent: undefined,
        files: [{ path: key, content: key }],
        message: key,
      });
      return () => github.git.publish(key, root);
    },
    traces: async (key) => ((await service.remote.resolve(`refs/heads/${key}`)) ? 1 : 0),
  },
  {
    name: 'a moved branch',
    method: 'PATCH',
    path: /^\/git\/refs\//,
    repeats: true,
    prepare: async (key) => {
      const root = await github.git.commit({
        parent: undefined,
        files: [{ path: 'a', content: key }],
        message: 'root',
      });
      await github.git.publish(key, root);
      const next = await github.git.commit({
        parent: root,
        files: [{ path: 'b', content: key }],
        message: 'next',
      });
      return () => github.git.publish(key, next);
    },
    traces: async (key) => (await service.remote.log(`refs/heads/${key}`)).length - 1,
  },
  {
    name: 'a workflow dispatch',
    method: 'POST',
    path: /^\/actions\/workflows\//,
    traceless: true,
    prepare: async (key) => () =>
      github.dispatches.workflow({ workflow: `${key}.yml`, ref: 'main', inputs: {} }),
    traces: async (key) => service.runs.all().filter(({ path }) => path.endsWith(`/${key}.yml`)).length,
  },
  {
    name: 'a repository dispatch',
    method: 'POST',
    path: /^\/dispatches$/,
    traceless: true,
    bodyless: true,
    prepare: async (key) => () => github.dispatches.repository({ eventType: key, payload: {} }),
    traces: async (key) =>
      service.dispatches.filter((sent) => sent.kind === 'repository' && sent.eventType === key).length,
  },
];

/** The promised result and number of traces right after the faulty call. */
function promise(
  write: WriteCase,
  { effect, fault }: FaultCase,
): { readonly kind: string; readonly traces: number } {
  if (write.bodyless && fault.kind === 'truncated') return { kind: 'done', traces: 1 };
  if (effect === 'denied') return { kind: 'refused', traces: 0 };
  if (effect === 'after a wait') return { kind: 'done', traces: 1 };
  if (effect === 'none') return write.repeats ? { kind: 'done', traces: 1 } : { kind: 'unknown', traces: 0 };
  return { kind: write.traceless ? 'unknown' : 'done', traces: 1 };
}

describe.each(WRITES)('$name', (write) => {
  test.each(FAULTS)('$id: the promised result, and running it again leaves one effect', async (faulty) => {
    const { id, fault } = faulty;
    const key = `${write.name}-${id}`.replaceAll(/\W+/g, '-').toLowerCase();
    const run = await write.prepare(key);
    service.fault({ method: write.method, path: write.path, fault });
    const result = await run();
    expect({ kind: result.kind, traces: await write.traces(key) }).toEqual(promise(write, faulty));
    if (write.traceless) return;
    expect((await run()).kind).toBe('done');
    expect(await write.traces(key)).toBe(1);
  });
});

test('a stale answer to the read-back does not make an unknown of a comment that is there', async () => {
  const key = 'stale';
  service.fault({ method: 'POST', path: COMMENTS, fault: { kind: 'reset', when: 'after' } });
  service.fault({ method: 'GET', path: COMMENTS, nth: 2, fault: { kind: 'stale' } });
  expect((await github.comments.upsert(pull, key, 'text')).kind).toBe('done');
  expect(await occurrences(`/issues/${pull}/comments`, `mlops-actions:${key} -->`)).toBe(1);
});

test('when the read-back fails too the result is unknown and says both', async () => {
  service.fault({ method: 'POST', path: /^\/deployments$/, fault: { kind: 'reset', when: 'after' } });
  service.fault({
    method: 'GET',
    path: /^\/deployments$/,
    nth: 2,
    times: 9,
    fault: { kind: 'status', when: 'before', status: 503 },
  });
  const result = await github.deployments.ensure(deployment('no-read-back'));
  expect(result).toMatchObject({
    kind: 'unknown',
    message: expect.stringMatching(/reply was lost.*reading back failed/s),
  });
});

test('a publisher whose place was taken is refused, not retried blindly', async () => {
  const root = await github.git.commit({
    parent: undefined,
    files: [{ path: 'r', content: 'taken' }],
    message: 'root',
  });
  await github.git.publish('taken', root);
  const mine = await github.git.commit({
    parent: root,
    files: [{ path: 'm', content: 'mine' }],
    message: 'mine',
  });
  const theirs = await github.git.commit({
    parent: root,
    files: [{ path: 't', content: 'theirs' }],
    message: 'theirs',
  });
  expect((await github.git.publish('taken', theirs)).kind).toBe('done');
  const before = service.calls.length;
  expect(await github.git.publish('taken', mine)).toMatchObject({ kind: 'refused', status: 422 });
  expect(service.calls.slice(before).filter(({ method }) => method === 'PATCH')).toHaveLength(1);
});
