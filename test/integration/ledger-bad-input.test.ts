import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { startTestGitHub } from '../support/github.ts';
import { LEDGER_BRANCH } from '../support/ledger.ts';
import { type EndedStep, ledgerFile, runRegistryStep } from '../support/registry.ts';

// The rows B57 and B58 of the table of bad inputs: what may lie on the ledger's branch, and what each action answers.

const REF = `refs/heads/${LEDGER_BRANCH}`;
const STATE = 'models/churn/state.json';
const EVENTS = 'models/churn/events/2026-01.jsonl';
const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n';

let service: GitHubService;
let sound: string;
let rollout: string;

/** Takes every change of traffic and says of each version that it has it all. */
const router = createServer((_, response) => {
  response.setHeader('content-type', 'application/json');
  response.end('{"weight":100}');
});

async function startRouter(): Promise<string> {
  await new Promise<void>((done) => {
    router.listen(0, '127.0.0.1', done);
  });
  process.env['TEST_WEBHOOK_SECRET'] = 'hook secret';
  const url = `http://127.0.0.1:${(router.address() as AddressInfo).port}/t`;
  const hook = `{ url: "${url}", read-url: "${url}", secret-env: TEST_WEBHOOK_SECRET, allow-private-network: true }`;
  return `version: 1\ntraffic: { driver: webhook, webhook: ${hook} }\nsteps: [{ weight: 100 }]\n`;
}

const promote = (model: string, version: string, run: number, inputs = {}): Promise<EndedStep> =>
  runRegistryStep({
    service,
    model,
    run,
    files: { 'rollout.yml': rollout },
    inputs: { version, environment: 'production', deployments: 'off', rollout: 'rollout.yml', ...inputs },
  });
const rollBack = (): Promise<EndedStep> =>
  runRegistryStep({
    service,
    action: 'rollback',
    run: 50,
    files: { 'rollout.yml': rollout },
    inputs: { deployments: 'off', 'incident-issue': 'off', rollout: 'rollout.yml' },
  });

beforeAll(async () => {
  service = await startTestGitHub();
  rollout = await startRouter();
  expect((await promote('good', '1.0.0', 1)).error).toBeUndefined();
  expect((await promote('bad', '1.1.0', 2)).error).toBeUndefined();
  sound = (await service.remote.resolve(REF)) ?? '';
});

afterAll(async () => {
  router.close();
  await service.close();
});

afterEach(async () => {
  service.faults.clear();
  const now = await service.remote.objectOf(REF);
  await service.remote.moveRef(REF, sound, now);
});

const warnings = (step: EndedStep): string =>
  step.runtime.recorded.log
    .filter(({ level }) => level === 'warning')
    .map(({ message }) => message)
    .join('\n');

/** Changes a file of the branch in a commit by somebody else, or takes it away. */
async function edit(path: string, change: (text: string) => string | undefined): Promise<void> {
  const content = change((await ledgerFile(service, path)) ?? '');
  if (content !== undefined) {
    await service.remote.commitFiles(LEDGER_BRANCH, { [path]: content }, 'Edit by hand');
    return;
  }
  const { remote } = service;
  const tree = await remote.writeTree(await remote.treeOf(sound), [{ path, mode: '100644', sha: null }]);
  await remote.moveRef(REF, await remote.writeCommit({ tree, parents: [sound], message: 'Remove' }), sound);
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
/** A line that follows, but for what is wrong with it. */
const nextLine = (
  text: string,
  change: (event: Record<string, unknown>) => Record<string, unknown>,
): string => {
  const event = JSON.parse(lastLine(text));
  return `${text}${JSON.stringify({ ...event, seq: event.seq + 1, prev: event.hash, ...change(event) })}\n`;
};

/** What is wrong, how it came about, what promote-model says, and whether the version before is proven all the same. */
const TAMPERED: readonly (readonly [
  what: string,
  path: string,
  change: (text: string) => string | undefined,
  says: RegExp,
  proven: boolean,
])[] = [
  [
    'a state that was edited',
    STATE,
    (text) => text.replace('"current": "1.1.0"', '"current": "1.0.0"'),
    /state\.json is not what the events add up to: it was edited/,
    true,
  ],
  [
    'a state of a newer format',
    STATE,
    (text) => text.replace('"v": 1', '"v": 2'),
    /state\.json has format 2: it was written by a newer version of the actions, use that one/,
    true,
  ],
  [
    'a state with the line ends of Windows',
    STATE,
    (text) => text.replaceAll('\n', '\r\n'),
    /state\.json has line ends of Windows \(CR LF\), git has converted them \(set "\* -text"/,
    true,
  ],
  [
    'a state with a merge conflict',
    STATE,
    (text) => `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> other\n`,
    /state\.json holds a merge conflict/,
    true,
  ],
  ['a state that is an LFS pointer', STATE, () => LFS, /state\.json is a Git LFS pointer/, true],
  [
    'a state that is cut off',
    STATE,
    (text) => text.slice(0, 200),
    /state\.json is not JSON: it was edited or cut off/,
    true,
  ],
  ['no state', STATE, () => undefined, /state\.json is missing/, true],
  [
    'an event that is cut off',
    EVENTS,
    (text) => text.slice(0, -20),
    /2026-01\.jsonl: the last line is cut off/,
    true,
  ],
  [
    'a last event that is gone',
    EVENTS,
    (text) => text.replace(`${lastLine(text)}\n`, ''),
    /state\.json is not what the events add up to: .*events were cut off/,
    true,
  ],
  [
    'an event that was edited',
    EVENTS,
    (text) => text.replace(lastLine(text), lastLine(text).replace('"actor":"octo"', '"actor":"eve"')),
    /2026-01\.jsonl:\d+: the event was changed after it was written \(hash differs\)/,
    true,
  ],
  [
    'an event that was taken out',
    EVENTS,
    (text) => text.trimEnd().split('\n').toSpliced(-2, 1).concat('').join('\n'),
    /2026-01\.jsonl:\d+: the event has number \d+, expected \d+/,
    true,
  ],
  [
    'an event of a newer format',
    EVENTS,
    (text) => nextLine(text, () => ({ v: 2 })),
    /the event has format 2: it was written by a newer version of the actions, use that one/,
    true,
  ],
  [
    'an event of an unknown type',
    EVENTS,
    (text) => nextLine(text, () => ({ type: 'model.blessed' })),
    /the event has the unknown type "model\.blessed"; a newer version of the actions may know it/,
    true,
  ],
  [
    'events with the line ends of Windows',
    EVENTS,
    (text) => text.replaceAll('\n', '\r\n'),
    /2026-01\.jsonl:1: the event has line ends of Windows/,
    false,
  ],
  [
    'events with a merge conflict',
    EVENTS,
    (text) => `${text}<<<<<<< HEAD\n`,
    /2026-01\.jsonl:\d+: the event holds a merge conflict/,
    true,
  ],
  [
    'events that are an LFS pointer',
    EVENTS,
    () => LFS,
    /2026-01\.jsonl:1: the event is a Git LFS pointer/,
    false,
  ],
  ['no events', EVENTS, () => undefined, /state\.json is not what the events add up to/, false],
];

describe.each(TAMPERED)('a ledger with %s', (_, path, change, says, proven) => {
  test('stops a promotion, which says what to do', async () => {
    await edit(path, change);
    const step = await promote('better', '1.2.0', 3);
    expect(step.error).toMatchObject({ code: 'ledger-tampered' });
    expect(String(step.error)).toMatch(says);
    expect(String(step.error)).toMatch(/Put the branch back to the last commit made by this action/);
    expect(await service.remote.resolve(`${REF}^{commit}`)).not.toBe(sound);
  });

  test(proven ? 'does not stop a rollback, which warns' : 'proves no target to roll back to', async () => {
    await edit(path, change);
    const step = await rollBack();
    expect(step.error).toBeUndefined();
    expect(warnings(step)).toMatch(says);
    const document = await step.document();
    expect(document).toMatchObject({ ledger: { state: 'tampered' } });
    if (proven) expect(document).toMatchObject({ status: 'rolled-back', to: { version: '1.0.0' } });
    else expect(document['status']).not.toBe('rolled-back');
  });
});

describe('a branch that cannot be written', () => {
  const RULES = 'Repository rule violations found\n\nChanges must be made through a pull request.';
  test.each([
    ['the token may not', 403, 'Resource not accessible by integration', /contents: write/],
    ['a rule forbids it', 422, RULES, /Changes must be made through a pull request.*exempt it/s],
    [
      'it is protected',
      422,
      `Protected branch update failed for ${REF}.`,
      /Protected branch update failed.*rules for the branch/s,
    ],
  ])(
    'because %s: promotion stops at once, rollback goes on and keeps its events',
    async (_, status, message, says) => {
      service.fault({
        method: 'PATCH',
        path: /git\/refs/,
        times: 1_000,
        fault: { kind: 'status', when: 'before', status, message },
      });
      const step = await promote('better', '1.2.0', 3);
      expect(step.error).toMatchObject({ code: 'github-denied' });
      expect(String(step.error)).toMatch(says);
      expect(step.runtime.recorded.sleeps.length).toBeLessThan(3);
      const back = await rollBack();
      expect(back.error).toBeUndefined();
      expect(warnings(back)).toMatch(/the ledger could not be written/);
      const document = await back.document();
      expect(document).toMatchObject({
        status: 'rolled-back',
        to: { version: '1.0.0' },
        ledger: { state: 'unwritable' },
      });
      expect(document['pendingEvents']).not.toEqual([]);
    },
  );

  test('for a reason that GitHub does not name ends soon, and not after fifty tries', async () => {
    const refusal = { kind: 'status', when: 'before', status: 422, message: 'Validation Failed' } as const;
    service.fault({ method: 'PATCH', path: /git\/refs/, times: 1_000, fault: refusal });
    const step = await promote('better', '1.2.0', 3);
    expect(step.error).toMatchObject({ code: 'ledger-conflict' });
    expect(String(step.error)).toMatch(
      /has not moved, and yet its update is refused.*Look for rules or hooks/s,
    );
  });
});

describe('a branch that is something else', () => {
  test('is not touched: files of others, with no ledger among them', async () => {
    const step = await promote('better', '1.2.0', 3, { 'ledger-branch': 'main' });
    expect(step.error).toMatchObject({ code: 'ledger-conflict' });
    expect(String(step.error)).toMatch(
      /branch main is not a ledger of ours \(its ledger\.json is missing\); name another branch in ledger-branch/,
    );
  });

  test('is not touched: the mark of another tool', async () => {
    await edit('ledger.json', () => '{"schema":"other"}\n');
    const step = await promote('better', '1.2.0', 3);
    expect(step.error).toMatchObject({ code: 'ledger-conflict' });
    expect(String(step.error)).toMatch(/its ledger\.json is another/);
  });

  test('is read and kept as it is: files of others beside the ledger', async () => {
    await service.remote.commitFiles(
      LEDGER_BRANCH,
      { 'NOTES.md': 'mine', 'models/churn/events/notes.txt': 'mine' },
      'Add notes',
    );
    const step = await promote('better', '1.2.0', 3);
    expect(step.error).toBeUndefined();
    expect(step.output('status')).toBe('completed');
    expect(await ledgerFile(service, 'NOTES.md')).toBe('mine');
    expect(await ledgerFile(service, 'models/churn/events/notes.txt')).toBe('mine');
  });

  test('is not made where a tag has its name', async () => {
    await service.remote.moveRef('refs/tags/registry', sound);
    const step = await promote('better', '1.2.0', 3, { 'ledger-branch': 'registry' });
    await service.remote.deleteRef('refs/tags/registry');
    expect(step.error).toMatchObject({ code: 'ledger-conflict' });
    expect(String(step.error)).toMatch(
      /registry is a tag here.*delete the tag with "git push origin :refs\/tags\/registry"/,
    );
    expect(await service.remote.resolve('refs/heads/registry')).toBeUndefined();
  });

  test('is made when there is none', async () => {
    const step = await promote('better', '1.2.0', 3, { 'ledger-branch': 'fresh' });
    expect(step.output('status')).toBe('completed');
    expect(await service.remote.resolve('refs/heads/fresh:ledger.json')).toBeDefined();
  });

  test('cannot be made in a repository without a commit', async () => {
    const fault = {
      kind: 'status',
      when: 'before',
      status: 409,
      message: 'Git Repository is empty.',
    } as const;
    service.fault({ path: /^\/git\//, times: 1_000, fault });
    const step = await promote('better', '1.2.0', 3);
    expect(step.error).toMatchObject({ code: 'ledger-conflict' });
    expect(String(step.error)).toMatch(/has no commit yet.*Push a first commit/);
  });
});
