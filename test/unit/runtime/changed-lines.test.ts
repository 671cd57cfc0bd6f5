import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ActionError, type ActionErrorCode } from '../../../actions/lib/errors.ts';
import type { ChangedLines } from '../../../actions/lib/findings/changed-lines.ts';
import { changedLines } from '../../../actions/runtime/changed-lines.ts';
import { RepositoryApi } from '../../../actions/runtime/github/api.ts';
import { createPullFiles, type PullFiles } from '../../../actions/runtime/github/pull-files.ts';
import type { PullRequest } from '../../../actions/runtime/runtime.ts';
import { type MemoryRuntime, memoryRuntime } from '../../support/memory-runtime.ts';

const lines = (changed: ChangedLines | undefined) =>
  changed && Object.fromEntries([...changed].map(([path, { lines: own }]) => [path, own]));

const never = async (): Promise<PullFiles> => {
  throw new Error('GitHub must not be asked');
};

/** A pull request in the workspace's own repository. */
class Repository {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.git('init', '--quiet', '--initial-branch=main');
  }

  git(...args: readonly string[]): string {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'core.autocrlf=false'];
    return execFileSync('git', [...identity, ...args], { cwd: this.#folder, encoding: 'utf8' }).trim();
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  commit(files: Readonly<Record<string, string | Buffer>>): string {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      writeFileSync(this.path(name), content);
    }
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message=Change');
    return this.git('rev-parse', 'HEAD');
  }
}

const rows = (from: number, to: number, end = '\n'): string =>
  Array.from({ length: to - from + 1 }, (_, i) => `${from + i},x${end}`).join('');

describe('from the clone', () => {
  let runtime: MemoryRuntime;
  let repository: Repository;
  let pullRequest: PullRequest;
  const FILES = [
    'a.csv',
    'crlf.csv',
    'new.csv',
    'moved to.csv',
    'über/q r.csv',
    'data.parquet',
    'lfs.csv',
    'gone.csv',
  ];

  beforeAll(async () => {
    runtime = await memoryRuntime();
    repository = new Repository(runtime.context.workspace);
    const pointer = (digit: string): string =>
      `version https://git-lfs.github.com/spec/v1\noid sha256:${digit.repeat(64)}\nsize 9\n`;
    repository.commit({
      'a.csv': rows(1, 9),
      'crlf.csv': rows(1, 3, '\r\n'),
      'same.csv': 'x\n',
      'moved.csv': rows(1, 30),
      'renamed.csv': rows(50, 80),
      'über/q r.csv': rows(1, 3),
      'data.parquet': Buffer.from([0, 1, 2, 3]),
      'lfs.csv': pointer('0'),
      'gone.csv': 'x\n',
    });
    repository.git('checkout', '--quiet', '-b', 'change');
    rmSync(repository.path('gone.csv'));
    renameSync(repository.path('moved.csv'), repository.path('moved to.csv'));
    renameSync(repository.path('renamed.csv'), repository.path('renamed too.csv'));
    const headSha = repository.commit({
      'a.csv': `${rows(1, 3)}new,1\nnew,2\n${rows(4, 7)}changed,x\n${rows(9, 9)}`,
      'crlf.csv': `${rows(1, 1, '\r\n')}new\r\n${rows(2, 3, '\r\n')}`,
      'new.csv': rows(1, 5),
      'moved to.csv': `${rows(1, 30)}end\n`,
      'über/q r.csv': `first\n${rows(1, 3)}`,
      'data.parquet': Buffer.from([0, 1, 2, 4]),
      'lfs.csv': pointer('1'),
    });
    repository.git('checkout', '--quiet', 'main');
    const baseSha = repository.commit({ 'a.csv': `base\n${rows(1, 9)}` });
    repository.git('merge', '--quiet', '--no-ff', '--message=Merge', 'change');
    pullRequest = { number: 3, headSha, baseSha, baseRef: 'main', fromFork: false, labels: [] };
    runtime = { ...runtime, context: { ...runtime.context, pullRequest } };
  });
  afterAll(() => runtime.dispose());

  const CHANGES = {
    'crlf.csv': [{ first: 2, last: 2 }],
    'new.csv': 'all',
    'moved to.csv': [{ first: 31, last: 31 }],
    'renamed too.csv': [],
    'über/q r.csv': [{ first: 1, last: 1 }],
    'data.parquet': 'unknown',
    'lfs.csv': 'unknown',
  };

  test('of the merge commit that workflows check out: lines of what is there, the base branch being no change', async () => {
    expect(lines(await changedLines(runtime, FILES, never))).toEqual({
      ...CHANGES,
      'a.csv': [
        { first: 5, last: 6 },
        { first: 11, last: 11 },
      ],
    });
  });

  test('of the head itself, against where it branched off', async () => {
    repository.git('checkout', '--quiet', '--detach', pullRequest.headSha);
    const changed = await changedLines(runtime, FILES, never);
    expect(lines(changed)).toEqual({
      ...CHANGES,
      'a.csv': [
        { first: 4, last: 5 },
        { first: 10, last: 10 },
      ],
    });
    expect(changed?.get('moved to.csv')?.previous).toBe('moved.csv');
  });

  test('files nobody asks about are known to have changed, and cost nothing', async () => {
    expect(lines(await changedLines(runtime, [], never))).toMatchObject({
      'a.csv': 'unknown',
      'new.csv': 'all',
    });
  });
});

describe('from GitHub', () => {
  const pullRequest: PullRequest = {
    ...{ number: 3, headSha: 'a'.repeat(40), baseSha: 'b'.repeat(40), baseRef: 'main' },
    ...{ fromFork: false, labels: [] },
  };
  /** The real client on an answer in GitHub's shape: `GET /repos/{owner}/{repo}/pulls/{pull_number}/files`. */
  const github = (data: unknown) => async (): Promise<PullFiles> =>
    createPullFiles(
      new RepositoryApi(
        async (route, parameters) => {
          expect([route, parameters['pull_number']]).toEqual([
            'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
            3,
          ]);
          return { status: 200, data, headers: {} };
        },
        { owner: 'octo', repo: 'models' },
        (text) => text,
      ),
    );

  test('patches are read; what has none is told apart', async () => {
    await using runtime = await memoryRuntime({ context: { pullRequest } });
    const changed = await changedLines(
      runtime,
      ['a.csv'],
      github([
        { filename: 'a.csv', status: 'modified', changes: 2, patch: '@@ -1,2 +1,3 @@\n id\r\n+1\r\n 2\r' },
        { filename: 'new.csv', status: 'added', changes: 1e6 },
        { filename: 'gone.csv', status: 'removed', changes: 3, patch: '@@ -1 +0,0 @@\n-x' },
        { filename: 'big.csv', status: 'modified', changes: 1e6 },
        { filename: 'to.csv', previous_filename: 'from.csv', status: 'renamed', changes: 0 },
        {
          filename: 'to2.csv',
          previous_filename: 'from2.csv',
          status: 'renamed',
          changes: 1,
          patch: '@@ -1 +1 @@\n-a\n+b',
        },
        { filename: 'x.parquet', status: 'modified', changes: 0 },
      ]),
    );
    expect(lines(changed)).toEqual({
      'a.csv': [{ first: 2, last: 2 }],
      'new.csv': 'all',
      'big.csv': 'unknown',
      'to.csv': [],
      'to2.csv': [{ first: 1, last: 1 }],
      'x.parquet': 'unknown',
    });
    expect([...(changed?.values() ?? [])].flatMap(({ previous }) => previous ?? [])).toEqual([
      'from.csv',
      'from2.csv',
    ]);
  });

  test.each(['github-denied', 'github-unavailable'] as const)(
    '%s is a notice',
    async (code: ActionErrorCode) => {
      await using runtime = await memoryRuntime({ context: { pullRequest } });
      const denied = async (): Promise<PullFiles> => {
        throw new ActionError(code, 'the token may not do this.');
      };
      expect(await changedLines(runtime, ['a.csv'], denied)).toBeUndefined();
      expect(runtime.recorded.log).toEqual([
        {
          level: 'notice',
          message: expect.stringContaining('the token may not do this. A checkout with "fetch-depth: 2"'),
        },
      ]);
    },
  );

  test('a run that is cancelled ends, and outside pull requests nobody is asked', async () => {
    await using runtime = await memoryRuntime({ context: { pullRequest } });
    const cancelled = async (): Promise<PullFiles> => {
      throw new ActionError('cancelled', 'the run was cancelled');
    };
    await expect(changedLines(runtime, [], cancelled)).rejects.toMatchObject({ code: 'cancelled' });
    await using push = await memoryRuntime();
    expect(await changedLines(push, ['a.csv'], never)).toBeUndefined();
    expect(push.recorded.log).toEqual([]);
  });
});
