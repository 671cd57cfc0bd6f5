import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseRemote } from '../../actions/lib/registry/remote-address.ts';
import { GitRemote } from '../../actions/runtime/ledger/git-remote.ts';
import type { GitLedgerStore, LedgerStore } from '../../actions/runtime/ledger/ledger-store.ts';
import { openLedger } from '../../actions/runtime/ledger/open-ledger.ts';
import { LEDGER_BRANCH, note, notesOf, storeOn } from '../support/ledger.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';

let folder: string;
let repository: string;
const runtimes: MemoryRuntime[] = [];
const servers: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ledger-remote-'));
  repository = join(folder, 'models.git');
  git('init', '--quiet', '--bare', '--initial-branch=main', repository);
});

afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  for (const runtime of runtimes.splice(0)) await runtime.dispose();
  await rm(folder, { recursive: true, force: true });
});

const ENV = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Mallory',
  GIT_AUTHOR_EMAIL: 'mallory@example.com',
  GIT_COMMITTER_NAME: 'Mallory',
  GIT_COMMITTER_EMAIL: 'mallory@example.com',
};
const git = (...args: readonly string[]): string => execFileSync('git', args, { env: ENV }).toString().trim();
const inRepository = (...args: readonly string[]): string => git(`--git-dir=${repository}`, ...args);

/** A writer with a machine of its own. */
async function writer(run: number, url = repository, now?: number): Promise<GitLedgerStore> {
  const parsed = parseRemote('ledger-remote', url);
  if ('problem' in parsed) throw new Error(parsed.problem);
  const runtime = await memoryRuntime(now === undefined ? {} : { now });
  runtimes.push(runtime);
  return storeOn(new GitRemote(runtime, parsed.address), runtime.clock, run);
}

const add = (store: LedgerStore, name: string) => store.append(() => ({ drafts: [note(name)] }));

async function notes(): Promise<readonly string[]> {
  const reading = await (await writer(999)).read();
  expect(reading.kind).toBe('sound');
  return reading.kind === 'sound' ? notesOf(reading.ledger) : [];
}

/** Replaces a file of the branch in a commit by somebody else. */
function edit(path: string, change: (text: string) => string): void {
  const index = { ...ENV, GIT_INDEX_FILE: join(folder, 'edit-index') };
  const run = (args: readonly string[], input = '') =>
    execFileSync('git', [`--git-dir=${repository}`, ...args], { env: index, input }).toString();
  const content = change(run(['cat-file', 'blob', `${LEDGER_BRANCH}:${path}`]));
  run(['read-tree', LEDGER_BRANCH]);
  const blob = run(['hash-object', '-w', '--stdin'], content).trim();
  run(['update-index', '--add', '--cacheinfo', `100644,${blob},${path}`]);
  const tree = run(['write-tree']).trim();
  const commit = run(['commit-tree', tree, '-p', LEDGER_BRANCH, '-m', 'Edit by hand']).trim();
  run(['update-ref', `refs/heads/${LEDGER_BRANCH}`, commit]);
}

/** A hook of the repository; what it answers is what a server would. */
async function hook(name: string, script: string): Promise<void> {
  const path = join(repository, 'hooks', name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

describe('a ledger in a plain git repository', () => {
  test('is made in an empty one, grows, and tells what has happened to everyone', async () => {
    const store = await writer(1);
    expect(await store.read()).toEqual({ kind: 'absent', tip: undefined });
    expect(await store.peek()).toBeUndefined();
    const first = await add(store, 'one');
    const second = await add(store, 'two');
    expect(inRepository('rev-parse', LEDGER_BRANCH)).toBe(second.commit);
    expect(inRepository('rev-parse', `${LEDGER_BRANCH}~1`)).toBe(first.commit);
    expect(inRepository('log', '-1', '--format=%an <%ae>', LEDGER_BRANCH)).toBe(
      'MLOps Actions <mlops-actions@noreply.invalid>',
    );
    expect(inRepository('ls-tree', '-r', '--name-only', LEDGER_BRANCH).split('\n')).toEqual([
      'ledger.json',
      'models/churn/README.md',
      'models/churn/events/2026-01.jsonl',
      'models/churn/state.json',
    ]);
    const other = await writer(2);
    expect((await other.peek())?.state.head).toEqual(second.ledger.state.head);
    const reading = await other.read();
    expect(reading).toMatchObject({
      kind: 'sound',
      tip: second.commit,
      ledger: { state: second.ledger.state },
    });
    expect(new TextDecoder().decode(await other.readFile('ledger.json'))).toContain(
      'mlops-actions/ledger/v1',
    );
  });

  test('records an event once however often its operation is run', async () => {
    await add(await writer(1), 'one');
    await add(await writer(1), 'one');
    expect(await notes()).toEqual(['one']);
  });

  test('is sealed month by month, and an old month that is edited shows', async () => {
    const at = (time: string, run: number) => writer(run, repository, Date.parse(time));
    await add(await at('2026-01-31T23:59:00Z', 1), 'one');
    await add(await at('2026-02-01T00:01:00Z', 1), 'one');
    await add(await at('2026-02-10T00:00:00Z', 2), 'two');
    await add(await at('2026-03-10T00:00:00Z', 3), 'three');
    expect(await notes()).toEqual(['one', 'two', 'three']);
    const files = inRepository('ls-tree', '-r', '--name-only', LEDGER_BRANCH).split('\n');
    expect(files.filter((path) => path.includes('/sealed/'))).toEqual([
      'models/churn/sealed/2026-01.jsonl',
      'models/churn/sealed/2026-02.jsonl',
    ]);
    expect((await (await writer(4)).whole()).kind).toBe('sound');
    edit('models/churn/events/2026-01.jsonl', (text) => text.replace('one', 'two'));
    expect(await (await writer(5)).read()).toMatchObject({
      kind: 'tampered',
      problem: 'models/churn/events/2026-01.jsonl was changed after it was sealed',
    });
  });

  test('keeps what eight writers add at once, each thing once', async () => {
    await add(await writer(0), 'first');
    const names = Array.from({ length: 8 }, (_, index) => `writer ${index}`);
    const stores = await Promise.all(names.map((_, index) => writer(index + 1)));
    await Promise.all(stores.map((store, index) => add(store, names[index] ?? '')));
    expect((await notes()).toSorted()).toEqual(['first', ...names].toSorted());
  });

  test('plans anew when somebody was faster', async () => {
    const slow = await writer(1);
    await add(slow, 'one');
    await add(await writer(2), 'two');
    const seen: number[] = [];
    await slow.append((ledger) => {
      seen.push(ledger.events.length);
      return { drafts: [note(`after ${ledger.events.length}`)] };
    });
    expect(seen).toEqual([1, 2]);
    expect(await notes()).toEqual(['one', 'two', 'after 2']);
  });

  test('knows that its push has arrived when the reply is lost', async () => {
    const store = await writer(1);
    await add(store, 'one');
    // The program dies after the branch was moved, with which the connection ends.
    await hook('post-update', 'kill -9 $PPID');
    await add(store, 'two');
    await rm(join(repository, 'hooks', 'post-update'));
    expect(await notes()).toEqual(['one', 'two']);
  });

  test('stops at once where a hook forbids the push, with what to do', async () => {
    await hook('pre-receive', 'echo "protected branch: only administrators" >&2; exit 1');
    const started = add(await writer(1), 'one');
    await expect(started).rejects.toMatchObject({ code: 'github-denied' });
    await expect(started).rejects.toThrow(/hook declined.*rules for the branch must let it push/s);
  });

  test.each([
    [
      'an edited event',
      'models/churn/events/2026-01.jsonl',
      (text: string) => text.replace('"one"', '"eins"'),
    ],
    ['a cut tail', 'models/churn/events/2026-01.jsonl', (text: string) => `${text.split('\n')[0]}\n`],
    ['an edited state', 'models/churn/state.json', (text: string) => text.replace('"seq": 2', '"seq": 3')],
  ])('shows %s', async (_, path, change) => {
    const store = await writer(1);
    await add(store, 'one');
    await add(store, 'two');
    edit(path, change);
    expect(await (await writer(2)).read()).toMatchObject({ kind: 'tampered' });
    await expect(add(store, 'three')).rejects.toMatchObject({ code: 'ledger-tampered' });
  });

  test('is not made beside a tag of its name, nor on a branch that is something else', async () => {
    const tree = inRepository('hash-object', '-t', 'tree', '-w', '/dev/null');
    const commit = inRepository('commit-tree', tree, '-m', 'First');
    inRepository('update-ref', `refs/tags/${LEDGER_BRANCH}`, commit);
    await expect(add(await writer(1), 'one')).rejects.toThrow(/is a tag here.*git push origin :refs\/tags/);
    inRepository('update-ref', '-d', `refs/tags/${LEDGER_BRANCH}`);
    inRepository('update-ref', `refs/heads/${LEDGER_BRANCH}`, commit);
    await expect(add(await writer(1), 'one')).rejects.toThrow(/is not a ledger of ours.*is missing/);
  });

  test('never holds a secret', async () => {
    const store = await writer(1);
    runtimes.at(-1)?.secret('hunter2-hunter2');
    await expect(add(store, 'hunter2-hunter2')).rejects.toThrow(/would hold a secret/);
  });

  test('says what cannot be reached, without the password in the address', async () => {
    await expect((await writer(1, join(folder, 'nothing.git'))).read()).rejects.toMatchObject({
      code: 'github-unavailable',
      message: expect.stringMatching(/nothing\.git cannot be reached \(fatal: .*Check the address/),
    });
    const closed = await (await writer(1, 'http://bob:s3cr3t-word@127.0.0.1:9/x.git'))
      .read()
      .catch((error) => error);
    expect(String(closed)).toMatch(/127\.0\.0\.1:9\/x\.git cannot be reached/);
    expect(String(closed)).not.toMatch(/s3cr3t-word/);
  });

  test('needs no token of GitHub, and refuses an address that is none', async () => {
    const runtime = await memoryRuntime();
    runtimes.push(runtime);
    const name = { action: 'promote-model', operation: 'register', model: 'churn', branch: LEDGER_BRANCH };
    const { store } = await openLedger(runtime, { ...name, remote: repository });
    await add(store, 'one');
    expect(await notes()).toEqual(['one']);
    await expect(openLedger(runtime, { ...name, remote: 'ext::sh -c id' })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});

/** Git's own server for HTTP, behind a password. */
async function serve(password: string): Promise<string> {
  const server = createServer((request, response) => {
    const given = Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64').toString();
    if (given === `bob:${password}`) backend(request, response);
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  });
  servers.push(server);
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}/models.git`;
}

function backend(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...ENV,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'bob',
      REMOTE_ADDR: '127.0.0.1',
    },
  });
  request.pipe(child.stdin);
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  child.on('close', () => {
    const answer = Buffer.concat(pieces);
    const end = answer.indexOf('\r\n\r\n');
    const lines = answer.subarray(0, end).toString().split('\r\n');
    const status = lines.find((line) => line.startsWith('Status: '))?.slice(8, 11);
    for (const line of lines.filter((one) => !one.startsWith('Status: '))) {
      const [name = '', value = ''] = line.split(/: (.*)/s);
      if (name !== '') response.setHeader(name, value);
    }
    response.writeHead(Number(status ?? 200)).end(answer.subarray(end + 4));
  });
}

describe('a ledger behind a git server', () => {
  test('is written with the credentials of the address, which nobody sees', async () => {
    const place = await serve('s3cr3t-word');
    const store = await writer(1, `http://bob:s3cr3t-word@${place}`);
    await add(store, 'one');
    await add(await writer(2, `http://bob:s3cr3t-word@${place}`), 'two');
    await add(store, 'three');
    expect(await notes()).toEqual(['one', 'two', 'three']);
    const denied = await (await writer(3, `http://bob:wr0ng-word@${place}`)).read().catch((error) => error);
    expect(denied).toMatchObject({ code: 'github-denied' });
    expect(String(denied)).not.toMatch(/wr0ng-word/);
  });
});
