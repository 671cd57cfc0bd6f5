import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../actions/lib/digest.ts';
import { fold } from '../../actions/lib/registry/fold.ts';
import { stateText } from '../../actions/lib/registry/ledger.ts';
import { parseSeal } from '../../actions/lib/registry/seal.ts';
import { createGitHub } from '../../actions/runtime/github/create-github.ts';
import type { GitData } from '../../actions/runtime/github/git-data.ts';
import type { LedgerReading } from '../../actions/runtime/ledger/ledger-store.ts';
import type { Clock } from '../../actions/runtime/runtime.ts';
import { WrittenLedger } from '../../actions/tools/bench/written-ledger.ts';
import { contextOf, silentLog } from '../support/github.ts';
import { LEDGER_BRANCH, note, notesOf, storeOn } from '../support/ledger.ts';
import { type MemoryGit, startMemoryGit } from '../support/memory-git.ts';

let server: MemoryGit;
let git: GitData;
let now = Date.parse('2026-01-31T23:59:00Z');
const clock: Clock = { now: () => now, iso: () => new Date(now).toISOString(), sleep: async () => undefined };
const at = (time: string): void => {
  now = Date.parse(time);
};

const clientOf = ({ url, token }: MemoryGit, wrap: (git: GitData) => GitData = (same) => same): GitData =>
  wrap(
    createGitHub({
      context: contextOf(url),
      token,
      clock,
      log: silentLog,
      redact: (text) => text,
      signal: new AbortController().signal,
    }).git,
  );

beforeEach(async () => {
  server = await startMemoryGit();
  git = clientOf(server);
});
afterEach(() => server.close());

/** A job: each attempt of a run has a store of its own. */
const job = (run: number, remote = git) => storeOn(remote, clock, run);
const add = (run: number, name: string, remote = git) =>
  job(run, remote).append(() => ({ drafts: [note(name)] }));

const soundly = (reading: LedgerReading) => {
  expect(reading.kind === 'tampered' ? reading.problem : reading.kind).toBe('sound');
  if (reading.kind !== 'sound') throw new Error('not sound');
  return reading.ledger;
};
const ledger = async () => soundly(await job(999).read());
const whole = async () => soundly(await job(999).whole());

async function paths(): Promise<readonly string[]> {
  const tip = (await git.branchTip(LEDGER_BRANCH)) ?? '';
  return [...(await git.listFiles(tip, ['models'])).keys()].filter((path) => path.endsWith('.jsonl'));
}
async function text(path: string): Promise<string> {
  const tip = (await git.branchTip(LEDGER_BRANCH)) ?? '';
  return new TextDecoder().decode(await git.readFile(tip, path));
}

/** Puts files on the branch in a commit by somebody else; `null` takes one away. */
async function put(files: Readonly<Record<string, string | null>>): Promise<void> {
  const api = async (method: string, path: string, body: object) => {
    const response = await fetch(`${server.url}/repos/octo/models/git/${path}`, {
      method,
      headers: { authorization: `token ${server.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status, path).toBeLessThan(300);
    return (await response.json()) as { readonly sha: string };
  };
  const parent = await git.branchTip(LEDGER_BRANCH);
  const entries = Object.entries(files).map(([path, content]) => ({
    path,
    mode: '100644',
    type: 'blob',
    ...(content === null ? { sha: null } : { content }),
  }));
  const tree = await api('POST', 'trees', {
    ...(parent === undefined ? {} : { base_tree: parent }),
    tree: entries,
  });
  const parents = parent === undefined ? [] : [parent];
  const { sha } = await api('POST', 'commits', { message: 'By hand', tree: tree.sha, parents });
  await (parent === undefined
    ? api('POST', 'refs', { ref: `refs/heads/${LEDGER_BRANCH}`, sha })
    : api('PATCH', `refs/heads/${LEDGER_BRANCH}`, { sha, force: false }));
}

const JANUARY = 'models/churn/events/2026-01.jsonl';
const MARCH = 'models/churn/events/2026-03.jsonl';
const SEALED_JANUARY = 'models/churn/sealed/2026-01.jsonl';
const SEALED_FEBRUARY = 'models/churn/sealed/2026-02.jsonl';

/** A ledger of January, February and March. */
async function threeMonths(): Promise<void> {
  for (const [index, month] of ['01', '02', '03'].entries()) {
    at(`2026-${month}-10T12:00:00Z`);
    await add(index * 2 + 1, `early ${month}`);
    await add(index * 2 + 2, `late ${month}`);
  }
}

describe('the first append in a month', () => {
  test('seals the months before in the same commit, and nobody reads them again', async () => {
    await threeMonths();
    expect(await paths()).toEqual([
      JANUARY,
      'models/churn/events/2026-02.jsonl',
      MARCH,
      SEALED_JANUARY,
      SEALED_FEBRUARY,
    ]);
    const all = await whole();
    expect(all.events.map(({ type }) => type)).toEqual([
      'retrain.skipped',
      'retrain.skipped',
      'ledger.sealed',
      'retrain.skipped',
      'retrain.skipped',
      'ledger.sealed',
      'retrain.skipped',
      'retrain.skipped',
    ]);
    expect(await text('models/churn/state.json')).toBe(stateText(fold('churn', all.events)));
    const seal = await text(SEALED_FEBRUARY);
    expect(all.events[5]?.data).toEqual({ month: '2026-02', file: sha256(seal) });
    const parsed = parseSeal(seal, 'churn');
    expect('seal' in parsed && parsed.seal.ledger.state).toEqual(fold('churn', all.events.slice(0, 5)));
    const read: string[] = [];
    const watched = clientOf(server, (same) => ({
      ...same,
      readBlob: (blob, path) => {
        read.push(path);
        return same.readBlob(blob, path);
      },
    }));
    soundly(await job(50, watched).read());
    expect(read).toEqual([SEALED_FEBRUARY, MARCH]);
  });

  test('does so in a ledger from before there were seals, after a year in which nothing happened', async () => {
    const old = new WrittenLedger('churn', false);
    for (const month of ['2024-11', '2024-12', '2025-01'])
      old.append(`${month}-10T00:00:00.000Z`, 1, [note(month)]);
    await put(Object.fromEntries(old.files()));
    expect(notesOf(await ledger())).toEqual(['2024-11', '2024-12', '2025-01']);
    at('2026-02-01T00:00:00Z');
    await add(2, 'after a year');
    expect((await paths()).filter((path) => path.includes('/sealed/'))).toEqual([
      'models/churn/sealed/2025-01.jsonl',
    ]);
    expect(notesOf(await whole())).toEqual(['2024-11', '2024-12', '2025-01', 'after a year']);
    expect((await ledger()).state).toEqual((await whole()).state);
  });

  test('is one of many that all want to: there is one seal, and what each of them wrote', async () => {
    at('2026-01-31T23:59:00Z');
    await add(1, 'first');
    at('2026-02-01T00:00:00Z');
    const names = Array.from({ length: 8 }, (_, index) => `job ${index}`);
    await Promise.all(names.map((name, index) => add(index + 2, name)));
    const all = await whole();
    expect(all.events.filter(({ type }) => type === 'ledger.sealed')).toHaveLength(1);
    expect(notesOf(all).toSorted()).toEqual(['first', ...names].toSorted());
  });

  test('leaves nothing behind when the job dies before the branch is moved', async () => {
    at('2026-01-31T23:59:00Z');
    await add(1, 'first');
    const before = await git.branchTip(LEDGER_BRANCH);
    at('2026-02-01T00:00:00Z');
    const dying = clientOf(server, (same) => ({
      ...same,
      publish: () => Promise.reject(new Error('the runner is gone')),
    }));
    await expect(add(2, 'second', dying)).rejects.toThrow('the runner is gone');
    expect(await git.branchTip(LEDGER_BRANCH)).toBe(before);
    await add(2, 'second');
    expect(notesOf(await whole())).toEqual(['first', 'second']);
  });

  test('is done once when its answer is lost', async () => {
    at('2026-01-31T23:59:00Z');
    await add(1, 'first');
    at('2026-02-01T00:00:00Z');
    server.faults.add({
      method: 'PATCH',
      path: /refs/,
      fault: { kind: 'status', status: 502, when: 'after' },
    });
    await add(2, 'second');
    expect((await whole()).events.map(({ type }) => type)).toEqual([
      'retrain.skipped',
      'ledger.sealed',
      'retrain.skipped',
    ]);
  });
});

describe('a job that is run again', () => {
  const END = '2026-01-31T23:59:30Z';

  test.each([
    ['a minute later, in the next month', '2026-02-01T00:00:30Z'],
    ['thirty days later', '2026-03-02T23:00:00Z'],
    ['for the last time that GitHub can still be at it, with two seals in between', '2026-04-06T23:59:00Z'],
  ])('adds nothing, %s', async (_, time) => {
    at('2025-12-15T00:00:00Z');
    await add(1, 'before');
    at(END);
    await add(2, 'once');
    if (time > '2026-03') {
      at('2026-02-10T00:00:00Z');
      await add(3, 'other, in February');
    }
    if (time > '2026-04') {
      at('2026-03-10T00:00:00Z');
      await add(4, 'other, in March');
    }
    at(time);
    await add(2, 'once');
    await add(5, 'another one, which seals');
    await add(2, 'once');
    expect(notesOf(await whole()).filter((name) => name === 'once')).toHaveLength(1);
  });

  test('goes on after the turn of the month with what it had not done yet', async () => {
    at(END);
    await add(2, 'first half');
    at('2026-02-01T00:00:30Z');
    await job(2).append(() => ({ drafts: [note('first half'), note('second half')] }));
    expect(notesOf(await whole())).toEqual(['first half', 'second half']);
  });

  test('knows in the same process what it wrote before the turn of the month', async () => {
    at(END);
    const store = job(2);
    await store.append(() => ({ drafts: [note('first')] }));
    at('2026-02-01T00:00:30Z');
    await store.append(() => ({ drafts: [note('first'), note('second')] }));
    await add(3, 'of somebody else');
    at('2026-03-01T00:00:30Z');
    await store.append(() => ({ drafts: [note('second'), note('third')] }));
    expect(notesOf(await whole())).toEqual(['first', 'second', 'of somebody else', 'third']);
    expect(notesOf(soundly(await store.read()))).toEqual(['first', 'second', 'of somebody else', 'third']);
  });
});

const editEvent = (lines: string): string => lines.replace('late 01', 'LATE 01');

const TAMPERED: readonly (readonly [
  what: string,
  change: () => Promise<Readonly<Record<string, string | null>>>,
  says: RegExp,
])[] = [
  [
    'a sealed file that was edited',
    async () => ({ [SEALED_FEBRUARY]: (await text(SEALED_FEBRUARY)).replace('late 02', 'LATE 02') }),
    /sealed\/2026-02\.jsonl: it is not what event 6 sealed/,
  ],
  [
    'a sealed file that was cut off',
    async () => ({ [SEALED_FEBRUARY]: (await text(SEALED_FEBRUARY)).slice(0, 80) }),
    /sealed\/2026-02\.jsonl is not JSON/,
  ],
  [
    'the newest sealed file removed',
    async () => ({ [SEALED_FEBRUARY]: null }),
    /sealed\/2026-02\.jsonl is missing/,
  ],
  [
    'all sealed files removed',
    async () => ({ [SEALED_JANUARY]: null, [SEALED_FEBRUARY]: null }),
    /sealed\/2026-01\.jsonl is missing/,
  ],
  [
    'an old sealed file removed',
    async () => ({ [SEALED_JANUARY]: null }),
    /sealed\/2026-01\.jsonl is missing/,
  ],
  [
    'an old sealed file edited',
    async () => ({ [SEALED_JANUARY]: `${await text(SEALED_JANUARY)}\n` }),
    /sealed\/2026-01\.jsonl was changed after it was sealed/,
  ],
  [
    'a sealed file of the future',
    async () => ({ 'models/churn/sealed/2099-01.jsonl': await text(SEALED_FEBRUARY) }),
    /sealed\/2099-01\.jsonl is there, but no event speaks of it/,
  ],
  [
    'a sealed file of the past',
    async () => ({ 'models/churn/sealed/2025-01.jsonl': await text(SEALED_FEBRUARY) }),
    /sealed\/2025-01\.jsonl is there, but no event speaks of it/,
  ],
  [
    'an old month that was edited',
    async () => ({ [JANUARY]: editEvent(await text(JANUARY)) }),
    /events\/2026-01\.jsonl was changed after it was sealed/,
  ],
  [
    'an old month that was cut off',
    async () => ({ [JANUARY]: `${(await text(JANUARY)).split('\n')[0]}\n` }),
    /events\/2026-01\.jsonl was changed after it was sealed/,
  ],
  ['an old month that was removed', async () => ({ [JANUARY]: null }), /events\/2026-01\.jsonl is missing/],
  [
    'an old month that was added',
    async () => ({ 'models/churn/events/2025-12.jsonl': await text(JANUARY) }),
    /events\/2025-12\.jsonl is there, but no event speaks of it/,
  ],
  [
    'the event of the seal edited',
    async () => ({ [MARCH]: (await text(MARCH)).replace(/"file":"sha256:.{8}/, '"file":"sha256:00000000') }),
    /events\/2026-03\.jsonl:1: the event was changed after it was written/,
  ],
  [
    'the event of the seal removed',
    async () => ({ [MARCH]: (await text(MARCH)).split('\n').slice(1).join('\n') }),
    /events\/2026-03\.jsonl:1: the event has number 7, expected 6/,
  ],
  [
    'the newest month removed',
    async () => ({ [MARCH]: null }),
    /sealed\/2026-02\.jsonl is there, but no event speaks of it/,
  ],
  [
    'a state that was edited',
    async () => ({
      'models/churn/state.json': (await text('models/churn/state.json')).replace('"seq": 8', '"seq": 9'),
    }),
    /state\.json is not what the events add up to/,
  ],
  ['a state that was removed', async () => ({ 'models/churn/state.json': null }), /state\.json is missing/],
];

describe.each(TAMPERED)('%s', (_, change, says) => {
  test('shows to whoever reads the ledger, and to whoever proves all of it', async () => {
    await threeMonths();
    const known = job(60);
    soundly(await known.read());
    await put(await change());
    for (const store of [job(61), known]) {
      const reading = await store.read();
      expect(reading.kind).toBe('tampered');
      expect(reading.kind === 'tampered' ? reading.problem : '').toMatch(says);
    }
    expect((await job(62).whole()).kind).toBe('tampered');
    await expect(add(63, 'on top of it')).rejects.toThrow(/was changed by somebody else/);
  });
});

test('an old month that was edited does not take away what the seal proves', async () => {
  await threeMonths();
  const { state } = await ledger();
  await put({ [JANUARY]: editEvent(await text(JANUARY)) });
  const reading = await job(70).read();
  expect(reading.kind === 'tampered' ? reading.ledger.state : undefined).toEqual(state);
});

test('a seal that nobody would have made shows to whoever proves all of it', async () => {
  const forged = new WrittenLedger('churn', true);
  forged.append('2026-01-10T00:00:00.000Z', 1, [note('kept')]);
  forged.append('2026-02-10T00:00:00.000Z', 2, [note('later')]);
  const files = new Map(forged.files());
  // Whoever writes the seal may leave out what they like, and chain on it.
  const content = (files.get(SEALED_JANUARY) ?? '').split('\n')[0] ?? '';
  const unlike = new WrittenLedger('churn', false);
  unlike.append('2026-01-10T00:00:00.000Z', 1, [note('kept')]);
  unlike.append('2026-02-10T00:00:00.000Z', 2, [
    { type: 'ledger.sealed', data: { month: '2026-01', file: sha256(`${content}\n`) } },
    note('later'),
  ]);
  await put(Object.fromEntries([...unlike.files(), [SEALED_JANUARY, `${content}\n`]]));
  expect((await job(80).read()).kind).toBe('sound');
  const reading = await job(80).whole();
  expect(reading.kind === 'tampered' ? reading.problem : '').toMatch(
    /sealed\/2026-01\.jsonl: event 2 seals something else than the events before it add up to/,
  );
});
