import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AppliedPolicy } from '../../actions/gate-metrics/policy/load-policy.ts';
import { loadWaivers } from '../../actions/gate-metrics/policy/load-waivers.ts';
import { parsePolicy } from '../../actions/lib/policy/parse-policy.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { clientOf, EVERYTHING, startTestGitHub } from '../support/github.ts';
import { memoryRuntime } from '../support/memory-runtime.ts';

const DAY_MS = 86_400_000;

const POLICY = `version: 1
gates:
  - { id: recall-young, metric: recall, min: 0.5 }
  - { id: f1, metric: f1, min: 0.5 }
waivers:
  file: .mlops/waivers.yml
  labels:
    - { label: "gate: accept", gates: [recall-young], applied-by: [role:maintain, "@lee"], max-value-loss: 0.1 }
`;

const waivers = (gate: string): string =>
  `- { gate: ${gate}, reason: known, owner: "@kim", expires: 2030-01-01, max-value-loss: 0.1 }\n`;

let service: GitHubService;

beforeAll(async () => {
  service = await startTestGitHub({
    people: ['kim', 'lee', 'mallory'],
    roles: { kim: 'maintain', lee: 'write', mallory: 'write' },
  });
  await service.remote.commitFiles(
    'main',
    { '.mlops/gates.yml': POLICY, '.mlops/waivers.yml': waivers('f1') },
    'Add a policy',
  );
});

afterAll(() => service.close());

let seen = 0;

afterEach(() => {
  service.faults.clear();
  const violations = service.violations.slice(seen);
  seen = service.violations.length;
  expect(violations).toEqual([]);
});

async function asPerson(login: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${service.url}/repos/octo/models${path}`, {
    method,
    headers: {
      authorization: `token ${service.issueToken('all', login)}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.status).toBeLessThan(300);
  return response.json();
}

async function openPullRequest(labels: readonly string[] = []): Promise<number> {
  const head = `change-${Math.random().toString(36).slice(2)}`;
  await service.remote.commitFiles(head, { [`${head}.txt`]: 'x' }, 'Change', 'main');
  return service.seedPullRequest({ head, base: 'main', title: head, labels });
}

const putLabel = (login: string, number: number, label = 'gate: accept') =>
  asPerson(login, 'POST', `/issues/${number}/labels`, { labels: [label] });

const say = (login: string, number: number, body: string) =>
  asPerson(login, 'POST', `/issues/${number}/comments`, { body });

async function applied(ref = 'base', text = POLICY): Promise<AppliedPolicy> {
  return {
    policy: parsePolicy(text, '.mlops/gates.yml'),
    path: '.mlops/gates.yml',
    ref,
    commit: (await service.remote.commitOf('main')) ?? '',
    digest: `sha256:${'0'.repeat(64)}`,
    inlineGates: 0,
  };
}

interface Step {
  readonly files?: Readonly<Record<string, string>>;
  readonly permissions?: typeof EVERYTHING;
  readonly waiverLabels?: boolean;
  readonly policy?: AppliedPolicy;
}

async function load(number: number | undefined, step: Step = {}) {
  const pullRequest =
    number === undefined
      ? undefined
      : { number, headSha: '', baseSha: '', baseRef: 'main', fromFork: false, labels: [] };
  await using runtime = await memoryRuntime({
    files: step.files ?? { '.mlops/waivers.yml': waivers('f1') },
    context: { pullRequest },
    github: clientOf(service, { permissions: step.permissions ?? EVERYTHING }),
  });
  const loaded = await loadWaivers(
    runtime,
    { waiverLabels: step.waiverLabels ?? true },
    step.policy ?? (await applied()),
  );
  const labelled = loaded.granted.filter(({ source }) => source === 'label');
  return { ...loaded, labelled, log: runtime.recorded.log };
}

describe('waivers by label', () => {
  test('a label by a maintainer with a reason waives for as long as the policy says', async () => {
    const number = await openPullRequest();
    const before = Date.now();
    await putLabel('kim', number);
    await say('kim', number, 'Seen.\n/waive recall-young because the labels changed, #412');
    const { labelled, notes } = await load(number);
    expect(notes).toEqual([]);
    expect(labelled).toMatchObject([
      {
        gate: 'recall-young',
        owner: '@kim',
        reason: 'the labels changed, #412',
        maxValueLoss: 0.1,
        refused: undefined,
      },
    ]);
    const expires = labelled[0]?.expires ?? 0;
    expect(Math.abs(expires - before - 7 * DAY_MS)).toBeLessThan(10_000);
  });

  test('a person the policy names may, whatever the role', async () => {
    const number = await openPullRequest();
    await putLabel('lee', number);
    await say('lee', number, '/waive recall-young because x');
    expect((await load(number)).labelled).toMatchObject([{ owner: '@lee', refused: undefined }]);
  });

  test('the owner of the repository may not when the policy names another role', async () => {
    const number = await openPullRequest(['gate: accept']);
    await say('kim', number, '/waive recall-young because x');
    expect((await load(number)).labelled[0]?.refused).toContain('by @octo (role admin)');
  });

  test('a label by somebody who may not is shown and refused', async () => {
    const number = await openPullRequest();
    await putLabel('mallory', number);
    await say('mallory', number, '/waive recall-young because please');
    expect((await load(number)).labelled[0]?.refused).toContain('by @mallory (role write)');
  });

  test('a label by the workflow itself is refused: a bot has no role', async () => {
    const number = await openPullRequest();
    await putLabel('github-actions[bot]', number);
    await say('kim', number, '/waive recall-young because x');
    expect((await load(number)).labelled[0]?.refused).toContain('(no role here)');
  });

  test('who put the label there last counts, not who did before it was taken off', async () => {
    const number = await openPullRequest();
    await putLabel('kim', number);
    await say('kim', number, '/waive recall-young because x');
    await asPerson('kim', 'DELETE', `/issues/${number}/labels/${encodeURIComponent('gate: accept')}`);
    expect((await load(number)).labelled).toEqual([]);
    await putLabel('mallory', number);
    expect((await load(number)).labelled[0]?.refused).toContain('by @mallory');
  });

  test('without a reason it is refused and the comment to write is named', async () => {
    const number = await openPullRequest();
    await putLabel('kim', number);
    expect((await load(number)).labelled[0]?.refused).toContain('comment "/waive recall-young because …"');
  });

  test('the label and the reason are found beyond the first page', async () => {
    const number = await openPullRequest();
    for (let turn = 0; turn < 105; turn++) await say('mallory', number, `comment ${turn}`);
    await putLabel('kim', number);
    await say('kim', number, '/waive recall-young because late');
    expect((await load(number)).labelled).toMatchObject([{ reason: 'late', refused: undefined }]);
  });

  test('only a label that the policy names makes more than one request', async () => {
    const number = await openPullRequest(['model']);
    const calls = service.calls.length;
    expect((await load(number)).labelled).toEqual([]);
    const paths = service.calls.slice(calls).map(({ path }) => path.replace(/\?.*/, ''));
    expect(paths.filter((path) => /issues|collaborators/.test(path))).toEqual([`/issues/${number}/labels`]);
  });

  test('without permission none counts, and a warning says what to add', async () => {
    const number = await openPullRequest();
    await putLabel('kim', number);
    const permissions = { contents: 'read' } as const;
    const { labelled, notes, log } = await load(number, { permissions });
    expect(labelled).toEqual([]);
    expect(notes).toEqual([expect.stringContaining('could not be read, so none of them waives a gate')]);
    expect(notes[0]).toContain('permissions: pull-requests: read');
    expect(log).toContainEqual({ level: 'warning', message: notes[0] });
  });

  test.each([
    { kind: 'status', when: 'before', status: 502 },
    { kind: 'html' },
    { kind: 'truncated' },
  ] as const)('an answer of GitHub that is no use ($kind) waives nothing', async (fault) => {
    const number = await openPullRequest();
    await putLabel('kim', number);
    await say('kim', number, '/waive recall-young because x');
    service.fault({ method: 'GET', path: /timeline/, times: 99, fault });
    const { labelled, notes } = await load(number);
    expect(labelled).toEqual([]);
    expect(notes).toHaveLength(1);
  });

  test.each([
    ['the input switches them off', 0, { waiverLabels: false }],
    ['there is no pull request', undefined, {}],
  ])('none is looked for when %s', async (_, number, step) => {
    const calls = service.calls.length;
    expect((await load(number, step)).labelled).toEqual([]);
    expect(service.calls.slice(calls).filter(({ path }) => path.startsWith('/issues'))).toEqual([]);
  });
});

describe('committed waivers', () => {
  test('those of the base branch count, and a change of the pull request is named', async () => {
    const { granted, notes } = await load(undefined, {
      files: { '.mlops/waivers.yml': waivers('recall-young') },
    });
    expect(granted).toMatchObject([{ gate: 'f1', source: 'file', owner: '@kim', line: 1 }]);
    expect(notes).toEqual([
      'This pull request changes .mlops/waivers.yml; the waivers of the base branch count.',
    ]);
  });

  test('an unchanged file needs no note', async () => {
    expect((await load(undefined)).notes).toEqual([]);
  });

  test('where the checked-out policy decides, so do its waivers', async () => {
    const { granted, notes } = await load(undefined, {
      files: { '.mlops/waivers.yml': waivers('recall-young') },
      policy: await applied('head'),
    });
    expect(granted).toMatchObject([{ gate: 'recall-young' }]);
    expect(notes).toEqual([]);
  });

  test('a file that does not exist yet waives nothing', async () => {
    const { granted, notes } = await load(undefined, { files: {}, policy: await applied('head') });
    expect([granted, notes]).toEqual([[], []]);
  });

  test('a file that only the pull request has waives nothing', async () => {
    const text = POLICY.replace('.mlops/waivers.yml', '.mlops/new.yml');
    const { granted, notes } = await load(undefined, {
      files: { '.mlops/new.yml': waivers('recall-young') },
      policy: await applied('base', text),
    });
    expect(granted).toEqual([]);
    expect(notes).toEqual([
      'This pull request changes .mlops/new.yml; the waivers of the base branch count.',
    ]);
  });

  test.each([
    [
      'names a gate that is not there',
      waivers('recall-yuong'),
      '.mlops/waivers.yml:1:11: there is no gate "recall-yuong"; did you mean "recall-young"?',
    ],
    ['is no list', 'gate: f1', '.mlops/waivers.yml:1:1: the document: expected array or null'],
  ])('a file that %s is an error', async (_, text, message) => {
    const policy = await applied('head');
    await expect(load(undefined, { files: { '.mlops/waivers.yml': text }, policy })).rejects.toThrow(message);
  });

  test('a file outside of the repository is an error', async () => {
    const policy = await applied('base', POLICY.replace('.mlops/waivers.yml', '../waivers.yml'));
    await expect(load(undefined, { policy })).rejects.toThrow('lies outside the repository');
  });

  test('when nobody can tell what the base branch holds, the step ends rather than guesses', async () => {
    const permissions = { contents: 'none' } as const;
    await expect(load(undefined, { permissions })).rejects.toThrow('cannot be read');
  });
});
