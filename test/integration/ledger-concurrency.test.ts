import { afterAll, expect, test } from 'vitest';
import { sha256 } from '../../actions/lib/digest.ts';
import { ActionError } from '../../actions/lib/errors.ts';
import { chainEvents } from '../../actions/lib/registry/chain.ts';
import { appendEvents, emptyLedger, type Ledger, ledgerFiles } from '../../actions/lib/registry/ledger.ts';
import { entryOf } from '../../actions/lib/registry/state.ts';
import { seededRandom } from '../../actions/lib/stats/random.ts';
import type { Fault, Faults } from '../../actions/local/services/github/faults.ts';
import { createGitHub } from '../../actions/runtime/github/create-github.ts';
import type { GitData } from '../../actions/runtime/github/git-data.ts';
import type { Clock } from '../../actions/runtime/runtime.ts';
import { contextOf, silentLog, startTestGitHub } from '../support/github.ts';
import { LEDGER_BRANCH, note, storeOn } from '../support/ledger.ts';
import { historyProblems, type Wish } from '../support/ledger-history.ts';
import { type MemoryGit, startMemoryGit } from '../support/memory-git.ts';

/** Time goes by so many times as fast, so that minutes of backing off are over in a moment. */
const HASTE = 10;
const start = Date.now() - HASTE * performance.now();
const quickClock: Clock = {
  now: () => Math.round(start + HASTE * performance.now()),
  iso: () => new Date(quickClock.now()).toISOString(),
  sleep: (ms) => new Promise((wake) => setTimeout(wake, ms / HASTE)),
};

/** What happens to three requests in ten. `delay` beyond the client's patience is a timeout. */
const PATIENCE_MS = 1_500;
const FAULTS: readonly Fault[] = [
  { kind: 'delay', ms: 3 },
  { kind: 'delay', ms: 12 },
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'after' },
  { kind: 'status', status: 502, when: 'before' },
  { kind: 'status', status: 502, when: 'after' },
  { kind: 'secondary-limit', retryAfterSeconds: 1 },
  { kind: 'status', status: 429, when: 'before', headers: { 'retry-after': '1' } },
  { kind: 'truncated' },
  { kind: 'html' },
];
/** What GitHub says to an update of a ref besides. */
const REFUSALS: readonly Fault[] = [
  { kind: 'status', status: 409, when: 'before', message: 'Conflict' },
  { kind: 'status', status: 422, when: 'before', message: 'Reference update failed' },
];
const TIMEOUT: Fault = { kind: 'delay', ms: PATIENCE_MS + 100 };
const SHARE = 0.3;

function unleash(faults: Faults, seed: number, among: readonly Fault[]): void {
  faults.byChance({ seed, share: SHARE, method: 'PATCH', path: /refs/, among: [...among, ...REFUSALS] });
  faults.byChance({ seed: seed + 1_000, share: SHARE, among });
}

const BAD = sha256('bad model');
const open: { close(): Promise<void> }[] = [];

afterAll(async () => {
  for (const service of open.splice(0)) await service.close();
});

const clientOf = (url: string, token: string): GitData =>
  createGitHub({
    context: contextOf(url),
    token,
    clock: quickClock,
    log: silentLog,
    redact: (text) => text,
    signal: new AbortController().signal,
    limits: { silenceMs: PATIENCE_MS },
  }).git;

/** What a promoter wrote: its name, and whether it had seen that the rollback was before it. */
const nameOf = ({
  type,
  data,
}: {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}) => (type === 'version.quarantined' ? 'rollback' : String(data['reason']).split(': ')[0]);

const promotion =
  (name: string) =>
  ({ state }: Ledger) => ({
    drafts: [note(name, `${name}: ${entryOf(state.quarantine, BAD) === undefined ? 'before' : 'after'}`)],
  });
const rollback = () => ({
  drafts: [
    { type: 'version.quarantined', version: '1.0.0', digest: BAD, data: { reason: 'it is worse' } } as const,
  ],
});

/** Causes after which GitHub runs a job again, or a person does. */
const WORTH_ANOTHER_RUN: ReadonlySet<string> = new Set([
  'github-unavailable',
  'ledger-conflict',
  'github-denied',
]);

/** One promoter, or the rollback, as a job that is run again until it has done what it was asked for. */
async function job(
  git: GitData,
  run: number,
  name: string,
  random: () => number,
): Promise<Wish & { readonly runs: number }> {
  const started = performance.now();
  for (let runs = 1; ; runs++) {
    try {
      const store = storeOn(git, quickClock, run, { random });
      await (name === 'rollback' ? store.append(rollback, { urgent: true }) : store.append(promotion(name)));
      return { name, started, acked: performance.now(), runs };
    } catch (error) {
      if (runs > 20 || !(error instanceof ActionError) || !WORTH_ANOTHER_RUN.has(error.code)) throw error;
    }
  }
}

/** The ledger's files, as they lie on its branch. */
async function filesOf(git: GitData): Promise<ReadonlyMap<string, string>> {
  const tip = (await git.branchTip(LEDGER_BRANCH)) ?? '';
  const files = new Map<string, string>();
  for (const [path, blob] of await git.listFiles(tip, ['models']))
    files.set(path, new TextDecoder().decode(await git.readBlob(blob, path)));
  return files;
}

/** Everybody's job, in an order by chance, so many of them at any moment: the next begins when one has ended. */
async function everybody(
  seed: number,
  promoters: number,
  atOnce: number,
  client: () => GitData,
): Promise<readonly Wish[]> {
  const random = seededRandom(seed);
  const names = Array.from({ length: promoters }, (_, index) => `promoter ${index}`);
  names.splice(random.integer(promoters), 0, 'rollback');
  const waiting = [...names.entries()];
  const wishes: Wish[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      wishes.push(await job(client(), next[0] + 1, next[1], () => random.next()));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return wishes;
}

/** Each event must say of the rollback what is so at its place: preconditions were looked at anew. */
function outdated(files: ReadonlyMap<string, string>): readonly string[] {
  const text = [...files]
    .filter(([path]) => path.includes('/events/'))
    .map(([, lines]) => lines)
    .join('');
  const [before = '', after = ''] = text.split('"type":"version.quarantined"');
  return [...(before.match(/promoter \d+: after/g) ?? []), ...(after.match(/promoter \d+: before/g) ?? [])];
}

/** All at the same moment; and four at a time in some more, in which acknowledged jobs precede others. */
const SEEDS = Array.from({ length: 34 }, (_, index) => [index + 1, index < 30 ? 33 : 4] as const);

test.concurrent.each(SEEDS)(
  '32 promoters and a rollback keep one history while three requests in ten fail: seed %i, %i at once',
  async (seed, atOnce) => {
    const server = await startMemoryGit();
    open.push(server);
    // A timeout costs its time: one seed in five has them.
    unleash(server.faults, seed, seed % 5 === 0 ? [...FAULTS, ...FAULTS, TIMEOUT] : FAULTS);
    const wishes = await everybody(seed, 32, atOnce, () => clientOf(server.url, server.token));
    server.faults.clear();
    const git = clientOf(server.url, server.token);
    const files = await filesOf(git);
    expect(historyProblems(files, wishes, nameOf)).toEqual([]);
    expect(outdated(files)).toEqual([]);
    const seen = await storeOn(git, quickClock, 99).read();
    expect(seen).toMatchObject({ kind: 'sound', ledger: { state: { head: { seq: 33 } } } });
  },
  240_000,
);

test.concurrent.each([101, 102])(
  'the same in a real repository of git, with six promoters: seed %i',
  async (seed) => {
    const service = await startTestGitHub();
    open.push(service);
    unleash(service.faults, seed, FAULTS);
    const wishes = await everybody(seed, 6, 7, () => clientOf(service.url, service.issueToken('all')));
    service.faults.clear();
    const files = await filesOf(clientOf(service.url, service.issueToken('all')));
    expect(historyProblems(files, wishes, nameOf)).toEqual([]);
    expect(outdated(files)).toEqual([]);
  },
  240_000,
);

/**
 * What one would write first: build on the tip, send the update until it is answered, and when it is refused, begin
 * anew. It takes its own commit, which has arrived without an answer, for somebody else's.
 */
async function naivePromotion(server: MemoryGit, name: string): Promise<void> {
  const git = clientOf(server.url, server.token);
  for (;;) {
    const tip = await git.branchTip(LEDGER_BRANCH);
    const reading = await storeOn(git, quickClock, 1).read();
    const ledger = reading.kind === 'sound' ? reading.ledger : emptyLedger('churn');
    const run = crypto.randomUUID();
    const events = chainEvents(ledger.state.head, promotion(name)(ledger).drafts, {
      operation: { repository: '', run, job: '', action: '', operation: '', model: 'churn' },
      author: { actor: 'octo', run: { id: 1, attempt: 1, job: '', workflow: '', sha: '' } },
      ts: quickClock.iso(),
    });
    const files = ledgerFiles(appendEvents(ledger, events), events);
    const commit = await git.commit({ parent: tip, files, message: name });
    if ((await sentUntilAnswered(server, commit)) === 200) return;
  }
}

async function sentUntilAnswered(server: MemoryGit, sha: string): Promise<number> {
  const url = `${server.url}/repos/octo/models/git/refs/heads/${LEDGER_BRANCH}`;
  const headers = { authorization: `token ${server.token}`, 'content-type': 'application/json' };
  for (;;) {
    const { status } = await fetch(url, {
      method: 'PATCH',
      headers,
      body: JSON.stringify({ sha, force: false }),
    });
    if (status < 500) return status;
  }
}

/** The reply to the first promoter's update is lost, and a second one is done before the first looks again. */
async function raced(
  promote: (server: MemoryGit, name: string) => Promise<void>,
): Promise<readonly string[]> {
  const wishes: Wish[] = [];
  let second: (() => Promise<void>) | undefined;
  const timed = async (server: MemoryGit, name: string) => {
    const started = performance.now();
    await promote(server, name);
    wishes.push({ name, started, acked: performance.now() });
  };
  const server = await startMemoryGit(async (path) => {
    if (!path.includes('/git/refs/heads')) return;
    const next = second;
    second = undefined;
    await next?.();
  });
  open.push(server);
  const store = storeOn(clientOf(server.url, server.token), quickClock, 50);
  await store.append(() => ({ drafts: [note('first event')] }));
  second = () => timed(server, 'promoter 2');
  server.faults.add({ method: 'PATCH', path: /refs/, fault: { kind: 'status', status: 502, when: 'after' } });
  await timed(server, 'promoter 1');
  return historyProblems(await filesOf(clientOf(server.url, server.token)), wishes, nameOf);
}

test('the naive way is caught by the same check', async () => {
  expect(await raced(naivePromotion)).toEqual(['promoter 1: is there 2 times']);
});

test('the real way stands where the naive one falls', async () => {
  const promote = async (server: MemoryGit, name: string) => {
    await job(clientOf(server.url, server.token), name === 'promoter 1' ? 1 : 2, name, () => 0.5);
  };
  expect(await raced(promote)).toEqual([]);
});
