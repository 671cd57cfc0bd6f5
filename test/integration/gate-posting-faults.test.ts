import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readInputs } from '../../actions/gate-metrics/inputs.ts';
import { publish } from '../../actions/gate-metrics/posting/publish.ts';
import type { GateDocument } from '../../actions/lib/documents/gate.ts';
import type { Fault } from '../../actions/local/services/github/faults.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import type { Permissions } from '../../actions/local/services/github/tokens.ts';
import type { PullRequest } from '../../actions/runtime/runtime.ts';
import { GATE_DOCUMENTS, gateDocument, gateResult } from '../support/gate-documents.ts';
import { clientOf, contextOf, EVERYTHING, startTestGitHub } from '../support/github.ts';
import { memoryRuntime } from '../support/memory-runtime.ts';

let service: GitHubService;

beforeAll(async () => {
  service = await startTestGitHub();
  await service.remote.commitFiles('main', { '.mlops/gates.yml': 'version: 1' }, 'Add gates');
});

afterAll(async () => {
  await service.close();
});

afterEach(() => {
  service.faults.clear();
  expect(service.violations).toEqual([]);
});

async function pullRequest(change: Partial<PullRequest> = {}): Promise<PullRequest> {
  const head = `change-${Math.random().toString(36).slice(2)}`;
  const headSha = await service.remote.commitFiles(head, { [`${head}.txt`]: 'x' }, 'Change', 'main');
  const number = await service.seedPullRequest({ head, base: 'main', title: head });
  const baseSha = (await service.remote.resolve('refs/heads/main')) ?? '';
  return { number, headSha, baseSha, baseRef: 'main', fromFork: false, labels: [], ...change };
}

interface Posted {
  readonly commentUrl: string;
  readonly checkUrl: string;
  readonly warnings: readonly string[];
}

/** Publishes a document for a pull request, as a step of its own. */
async function post(
  pull: PullRequest,
  document: GateDocument,
  inputs: Readonly<Record<string, string>> = {},
  permissions: Permissions = EVERYTHING,
): Promise<Posted> {
  const { workspace: _, temp: __, actionPath: ___, ...context } = contextOf(service.url);
  const runtime = await memoryRuntime({
    action: 'gate-metrics',
    inputs: { gates: 'f1 >= 0', 'check-name': 'Model gate', 'status-name': 'gate', ...inputs },
    context: {
      ...context,
      event: 'pull_request',
      pullRequest: pull,
      runUrl: 'https://github.com/octo/models/actions/runs/7',
    },
    github: clientOf(service, { permissions }),
  });
  onTestFinished(() => runtime.dispose());
  const published = await publish(runtime, readInputs(runtime.input), document);
  const warnings = runtime.recorded.log.filter(({ level }) => level === 'warning');
  return { ...published, warnings: warnings.map(({ message }) => message) };
}

const get = async (path: string): Promise<unknown> => {
  const headers = { authorization: `token ${service.issueToken('all', 'octo')}` };
  return (await fetch(`${service.url}/repos/octo/models${path}`, { headers })).json();
};

const comments = ({ number }: PullRequest): Promise<unknown> => get(`/issues/${number}/comments`);
const checks = ({ headSha }: PullRequest): Promise<unknown> => get(`/commits/${headSha}/check-runs`);
const statuses = ({ headSha }: PullRequest): Promise<unknown> => get(`/commits/${headSha}/status`);

const FAIL = GATE_DOCUMENTS.fail;
const COMMENTS = /^\/issues\/\d+\/comments$/;
const COMMENT = /^\/issues\/comments\/\d+$/;
const CHECKS = /^\/check-runs/;
const refused = (status: number, message = 'no'): Fault => ({
  kind: 'status',
  when: 'before',
  status,
  message,
});

describe('without faults', () => {
  test('comment, check run and status say the same on the head commit', async () => {
    const pull = await pullRequest();
    const { commentUrl, checkUrl, warnings } = await post(pull, FAIL);
    expect(warnings).toEqual([]);
    expect(await comments(pull)).toMatchObject([
      { html_url: commentUrl, body: expect.stringContaining('### Model gate failed, 1 of 9 gates blocks') },
    ]);
    expect(await checks(pull)).toMatchObject({
      check_runs: [
        {
          html_url: checkUrl,
          name: 'Model gate',
          head_sha: pull.headSha,
          conclusion: 'failure',
          output: { title: 'Model gate failed, 1 of 9 gates blocks', annotations_count: 2 },
        },
      ],
    });
    expect(await statuses(pull)).toMatchObject({
      statuses: [
        {
          context: 'gate',
          state: 'failure',
          description: 'Model gate failed, 1 of 9 gates blocks',
          target_url: 'https://github.com/octo/models/actions/runs/7',
        },
      ],
    });
  });

  test.each<[string, GateDocument, Record<string, string>, string, string]>([
    ['pass', GATE_DOCUMENTS.pass, {}, 'success', 'success'],
    ['waived', GATE_DOCUMENTS.waived, {}, 'success', 'success'],
    [
      'warn',
      gateDocument([gateResult({ verdict: 'warn', status: 'fail' })], { verdict: 'warn' }),
      {},
      'neutral',
      'success',
    ],
    ['no baseline', GATE_DOCUMENTS['no-baseline'], {}, 'neutral', 'success'],
    [
      'no baseline, which may pass',
      gateDocument([gateResult({ status: 'no-baseline' })]),
      {},
      'neutral',
      'success',
    ],
    ['inconclusive', GATE_DOCUMENTS.inconclusive, {}, 'neutral', 'success'],
    [
      'inconclusive, which blocks',
      GATE_DOCUMENTS.inconclusive,
      { 'fail-on': 'inconclusive' },
      'failure',
      'failure',
    ],
    ['fail', FAIL, {}, 'failure', 'failure'],
    ['fail, which is not enforced', FAIL, { 'fail-on': 'never' }, 'failure', 'failure'],
  ])('%s is concluded', async (_, document, inputs, conclusion, state) => {
    const pull = await pullRequest();
    await post(pull, document, inputs);
    expect(await checks(pull)).toMatchObject({ check_runs: [{ conclusion }] });
    expect(await statuses(pull)).toMatchObject({ statuses: [{ state }] });
  });

  test('a hundred failed gates are annotated one by one, in batches', async () => {
    const pull = await pullRequest();
    const gates = Array.from({ length: 120 }, (_, index) =>
      gateResult({ id: `g${index}`, line: index + 1, status: 'fail', verdict: 'fail' }),
    );
    expect((await post(pull, gateDocument(gates, { verdict: 'fail' }))).warnings).toEqual([]);
    expect(await checks(pull)).toMatchObject({ check_runs: [{ output: { annotations_count: 120 } }] });
  });

  test('a head commit that moves meanwhile leaves the check on the commit that was judged', async () => {
    const pull = await pullRequest();
    const read = await get(`/pulls/${pull.number}`);
    const head = String((read as { head: { ref: string } }).head.ref);
    const moved = await service.remote.commitFiles(head, { 'more.txt': 'x' }, 'More');
    await post(pull, FAIL);
    expect(await checks(pull)).toMatchObject({ total_count: 1 });
    expect(await checks({ ...pull, headSha: moved })).toMatchObject({ total_count: 0 });
  });

  test('people are mentioned when the gate begins to fail, and not again on the next push', async () => {
    const pull = await pullRequest();
    const mentioned = async (): Promise<boolean> =>
      JSON.stringify(await comments(pull)).includes('@org/ml-leads: this one needs you.');
    await post(pull, GATE_DOCUMENTS.pass, { comment: 'always' });
    expect(await mentioned()).toBe(false);
    await post(pull, FAIL);
    expect(await mentioned()).toBe(true);
    await post(pull, { ...FAIL, gates: FAIL.gates.slice(1) });
    expect(await mentioned()).toBe(false);
  });

  test('comment: on-change edits when the verdict or what fails is another, and leaves the comment alone otherwise', async () => {
    const pull = await pullRequest();
    const quiet = { comment: 'on-change' };
    const runs = async (document: GateDocument): Promise<string> => {
      const before = service.calls.length;
      await post(pull, document, quiet);
      const writes = service.calls
        .slice(before)
        .filter(({ path, method }) => path.includes('/issues/') && method !== 'GET');
      return writes.map(({ method }) => method).join(' ');
    };
    expect(await runs(GATE_DOCUMENTS.pass)).toBe('');
    expect(await runs(FAIL)).toBe('POST');
    expect(await runs({ ...FAIL, notes: ['other numbers, same gates'] })).toBe('');
    expect((await post(pull, FAIL, quiet)).commentUrl).toContain('http');
    expect(
      await runs(
        gateDocument([gateResult({ id: 'other', status: 'fail', verdict: 'fail' })], { verdict: 'fail' }),
      ),
    ).toBe('PATCH');
    expect(await runs(GATE_DOCUMENTS.pass)).toBe('PATCH');
    expect(JSON.stringify(await comments(pull))).toContain(
      '; before: Model gate failed, 1 of 1 gate blocks at',
    );
  });
});

describe('each failure of posting has its answer and costs no verdict', () => {
  test('404: a comment that was deleted meanwhile is created anew, once', async () => {
    const pull = await pullRequest();
    await post(pull, FAIL);
    const [first] = (await comments(pull)) as [{ id: number }];
    service.fault({ method: 'PATCH', path: COMMENT, fault: refused(404, 'Not Found') });
    const before = service.calls.length;
    expect((await post(pull, GATE_DOCUMENTS.pass)).warnings).toEqual([]);
    const posts = service.calls
      .slice(before)
      .filter(
        ({ method, path }) => method === 'POST' && COMMENTS.test(path.replace('/repos/octo/models', '')),
      );
    expect(posts).toHaveLength(1);
    const left = (await comments(pull)) as readonly { id: number; body: string }[];
    expect(left).toHaveLength(1);
    expect(left[0]?.body).toContain('### Model gate passed');
    expect(first.id).toBeGreaterThan(0);
  });

  test('404 on everything: one warning that names the permission, not a loop', async () => {
    const pull = await pullRequest();
    service.fault({ method: 'POST', path: COMMENTS, times: 9, fault: refused(404, 'Not Found') });
    const { commentUrl, checkUrl, warnings } = await post(pull, FAIL);
    expect([commentUrl, checkUrl !== '']).toEqual(['', true]);
    expect(warnings).toEqual([expect.stringContaining('`permissions: pull-requests: write`')]);
  });

  test('403: one warning names every permission to add', async () => {
    const pull = await pullRequest();
    const readOnly = {
      ...EVERYTHING,
      issues: 'read',
      'pull-requests': 'read',
      checks: 'read',
      statuses: 'read',
    } as const;
    const { commentUrl, checkUrl, warnings } = await post(pull, FAIL, {}, readOnly);
    expect([commentUrl, checkUrl, warnings.length]).toEqual(['', '', 1]);
    for (const scope of ['pull-requests', 'checks', 'statuses'])
      expect(warnings[0]).toContain(`\`permissions: ${scope}: write\``);
    expect(warnings[0]).not.toContain('mode: report');
  });

  test("403 on a fork's pull request: the warning names the fork-safe recipe", async () => {
    const pull = await pullRequest({ fromFork: true });
    const { warnings } = await post(
      pull,
      FAIL,
      {},
      { contents: 'read', 'pull-requests': 'read', issues: 'read', checks: 'read' },
    );
    expect(warnings).toEqual([
      expect.stringMatching(
        /^The result could not be posted, the verdict stands\. .*"mode: report".*gate-fork-report\.yml/s,
      ),
    ]);
  });

  test("409: a refusal in GitHub's words; the other posts are made", async () => {
    const pull = await pullRequest();
    service.fault({ method: 'POST', path: COMMENTS, fault: refused(409, 'Conflict here') });
    const { commentUrl, checkUrl, warnings } = await post(pull, FAIL);
    expect([commentUrl, checkUrl !== '']).toEqual(['', true]);
    expect(warnings).toEqual([expect.stringContaining('GitHub refused with 409: Conflict here (409)')]);
  });

  test('422: what GitHub finds too long is sent again much shorter', async () => {
    const pull = await pullRequest();
    const gates = Array.from({ length: 300 }, (_, index) =>
      gateResult({ id: `gate-${index}`, status: 'fail', verdict: 'fail', reason: 'r'.repeat(300) }),
    );
    service.fault({ method: 'POST', path: COMMENTS, fault: refused(422, 'Body is too long') });
    service.fault({ method: 'POST', path: CHECKS, fault: refused(422, 'summary is too long') });
    expect((await post(pull, gateDocument(gates, { verdict: 'fail' }))).warnings).toEqual([]);
    const [comment] = (await comments(pull)) as [{ body: string }];
    expect(comment.body.length).toBeLessThan(16_000);
    expect(comment.body).toMatch(/^<!-- .* -->\n### Model gate failed, 300 of 300 gates block\n/);
    expect(comment.body).toMatch(/\d+ more gates: see gate\.json/);
    expect(await checks(pull)).toMatchObject({ check_runs: [{ conclusion: 'failure' }] });
  });

  test('422 again: one warning', async () => {
    const pull = await pullRequest();
    service.fault({ method: 'POST', path: COMMENTS, times: 2, fault: refused(422, 'Validation Failed') });
    expect((await post(pull, FAIL)).warnings).toEqual([expect.stringContaining('422: Validation Failed')]);
  });

  test.each<[string, Fault]>([
    ['429', { kind: 'status', when: 'before', status: 429, headers: { 'retry-after': '2' } }],
    ['a secondary limit', { kind: 'secondary-limit', retryAfterSeconds: 2 }],
  ])('%s: waited for and done', async (_, fault) => {
    const pull = await pullRequest();
    service.fault({ method: 'POST', path: COMMENTS, fault });
    service.fault({ method: 'POST', path: CHECKS, fault });
    const { commentUrl, checkUrl, warnings } = await post(pull, FAIL);
    expect([commentUrl !== '', checkUrl !== '', warnings]).toEqual([true, true, []]);
  });

  test.each<[string, Fault, boolean]>([
    ['502 after the effect', { kind: 'status', when: 'after', status: 502 }, true],
    ['HTML with status 200', { kind: 'html' }, true],
    ['502 before the effect', { kind: 'status', when: 'before', status: 502 }, false],
  ])('%s: read back; one comment, or one warning and the next run mends it', async (_, fault, happened) => {
    const pull = await pullRequest();
    service.fault({ method: 'POST', path: COMMENTS, fault });
    const { commentUrl, warnings } = await post(pull, FAIL);
    expect(commentUrl !== '').toBe(happened);
    expect(warnings).toEqual(
      happened ? [] : [expect.stringMatching(/the comment: the reply was lost, the effect is uncertain/)],
    );
    expect(await comments(pull)).toHaveLength(happened ? 1 : 0);
    expect((await post(pull, FAIL)).warnings).toEqual([]);
    expect(await comments(pull)).toHaveLength(1);
  });

  test.each<[string, Fault]>([
    ['502', refused(502)],
    ['HTML with status 200', { kind: 'html' }],
  ])('%s on every read: one warning', async (_, fault) => {
    const pull = await pullRequest();
    service.fault({ method: 'GET', path: /./, times: 99, fault });
    const { commentUrl, checkUrl, warnings } = await post(pull, FAIL);
    expect([commentUrl, checkUrl, warnings.length]).toEqual(['', '', 1]);
    expect(warnings[0]).toMatch(/the comment: GitHub gave no usable answer.*the check run: /s);
  });

  test('without a token: one warning', async () => {
    const pull = await pullRequest();
    const runtime = await memoryRuntime({
      inputs: { gates: 'f1 >= 0', 'check-name': 'Model gate' },
      context: { event: 'pull_request', pullRequest: pull },
    });
    onTestFinished(() => runtime.dispose());
    expect(await publish(runtime, readInputs(runtime.input), FAIL)).toEqual({ commentUrl: '', checkUrl: '' });
    expect(runtime.recorded.log.filter(({ level }) => level === 'warning')).toHaveLength(1);
  });
});
