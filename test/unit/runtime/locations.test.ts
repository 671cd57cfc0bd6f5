import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sha256 } from '../../../actions/lib/digest.ts';
import type { GitHub } from '../../../actions/runtime/github/github.ts';
import type { WorkflowRun } from '../../../actions/runtime/github/runs.ts';
import { fileNamed, locate, locateOne, parseLocation } from '../../../actions/runtime/locations.ts';
import {
  type MemoryRuntime,
  type MemoryRuntimeOptions,
  memoryRuntime,
} from '../../support/memory-runtime.ts';

describe('the grammar', () => {
  test.each([
    ['data/train.csv', { kind: 'path', pattern: 'data/train.csv' }],
    [' data/*.csv ', { kind: 'path', pattern: 'data/*.csv' }],
    ['C:/data/x.csv', { kind: 'path', pattern: 'C:/data/x.csv' }],
    ['artifacts/x', { kind: 'path', pattern: 'artifacts/x' }],
    ['artifact:evaluate-model', { kind: 'artifact', name: 'evaluate-model', from: { kind: 'this-run' } }],
    ['artifact:a b@run:123', { kind: 'artifact', name: 'a b', from: { kind: 'run', run: 123 } }],
    [
      'artifact:x@branch:feature/a@b',
      { kind: 'artifact', name: 'x', from: { kind: 'branch', branch: 'feature/a@b' } },
    ],
    ['release:v1.2.0/model.onnx', { kind: 'release', tag: 'v1.2.0', asset: 'model.onnx' }],
    ['release:latest/model.onnx', { kind: 'release', tag: 'latest', asset: 'model.onnx' }],
    ['release:models/v1/model.onnx', { kind: 'release', tag: 'models/v1', asset: 'model.onnx' }],
    ['git:main:.mlops/gates.yml', { kind: 'git', ref: 'main', path: '.mlops/gates.yml' }],
    ['git:origin/main:./a b:c.json', { kind: 'git', ref: 'origin/main', path: 'a b:c.json' }],
  ])('%j', (text, expected) => {
    expect(parseLocation(text)).toEqual(expected);
  });

  test.each([
    ['', 'an empty location'],
    ['artifact:', 'expected artifact:<name>'],
    ['artifact:a/b', 'expected artifact:<name>'],
    ['artifact:x@run:abc', 'artifact:<name>@run:<id>'],
    ['artifact:x@tag:v1', 'artifact:<name>@branch:<branch>'],
    ['release:v1', 'expected release:<tag>/<asset>'],
    ['release:v1/', 'expected release:<tag>/<asset>'],
    ['git:main', 'expected git:<ref>:<path>'],
    ['git::x', 'expected git:<ref>:<path>'],
    ['git:--output=x:y', 'expected git:<ref>:<path>'],
  ])('%j is refused', (text, message) => {
    expect(() => parseLocation(text)).toThrow(message);
  });
});

let runtime: MemoryRuntime;

async function given(options: MemoryRuntimeOptions): Promise<MemoryRuntime> {
  runtime = await memoryRuntime(options);
  onTestFinished(() => runtime.dispose());
  return runtime;
}

const namesAndTexts = async (location: string): Promise<readonly (readonly [string, string])[]> =>
  Promise.all(
    (await locate(runtime, location)).map(async (file) => {
      expect(file.location).toBe(location);
      return [file.name, await runtime.files.readText(file.path)] as const;
    }),
  );

describe('local files', () => {
  test('paths, patterns and folders', async () => {
    await given({ files: { 'data/a.csv': 'A', 'data/b.csv': 'B', 'x.json': 'X' } });
    expect(await namesAndTexts('x.json')).toEqual([['x.json', 'X']]);
    expect(await namesAndTexts('data')).toEqual([
      ['data/a.csv', 'A'],
      ['data/b.csv', 'B'],
    ]);
    expect(await namesAndTexts('data/b*')).toEqual([['data/b.csv', 'B']]);
    expect(fileNamed(await locate(runtime, 'data'), 'b.csv')?.name).toBe('data/b.csv');
    expect(fileNamed(await locate(runtime, 'data'), 'c.csv')).toBeUndefined();
  });

  test('nothing found is an error that says why', async () => {
    await given({});
    await expect(locate(runtime, 'none.csv')).rejects.toThrow(
      'none.csv: no such file or folder, or nothing in it',
    );
    await expect(locate(runtime, 'none/*.csv')).rejects.toThrow(
      'none/*.csv: no such file; no name matches the pattern',
    );
  });

  test('one file means one', async () => {
    await given({ files: { 'data/a.csv': 'A', 'data/b.csv': 'B' } });
    expect((await locateOne(runtime, 'data/a.csv')).name).toBe('data/a.csv');
    await expect(locateOne(runtime, 'data')).rejects.toThrow(
      'data: expected one file, found 2: data/a.csv, data/b.csv',
    );
  });
});

describe('artifacts', () => {
  test('of this run', async () => {
    await given({ artifacts: { 'evaluate-model': { 'metrics.json': '{}', 'plots/roc.svg': '<svg/>' } } });
    expect(await namesAndTexts('artifact:evaluate-model')).toEqual([
      ['metrics.json', '{}'],
      ['plots/roc.svg', '<svg/>'],
    ]);
  });

  test('where there is no service, what the action wrote stands in', async () => {
    await given({ artifactService: false, files: { 'mlops/evaluate-model/metrics.json': '{}' } });
    expect(await namesAndTexts('artifact:evaluate-model')).toEqual([['metrics.json', '{}']]);
    await expect(locate(runtime, 'artifact:other')).rejects.toThrow(
      /no artifact service here, and the folder mlops\/other holds no files/,
    );
  });

  const run = (id: number, event = 'push'): WorkflowRun => ({
    id,
    attempt: 1,
    status: 'completed',
    conclusion: 'success',
    headSha: 'a'.repeat(40),
    headBranch: 'main',
    event,
    path: '.github/workflows/x.yml',
    headRepository: 'octo/models',
  });

  const withRuns = (found: readonly WorkflowRun[], having: readonly number[]): GitHub =>
    ({
      runs: {
        get: async () => run(0),
        approvals: async () => [],
        list: async () => found,
        artifacts: async (id, name) => (having.includes(id) ? [{ id: 1, name, digest: undefined }] : []),
        artifactState: async (id) => (having.includes(id) ? 'there' : 'none'),
      },
    }) satisfies Partial<GitHub> as unknown as GitHub;

  test('of a branch come from its newest successful run that has them, never from a pull request', async () => {
    const runs = [run(9, 'pull_request'), run(8, 'pull_request_target'), run(7), run(6), run(5, 'schedule')];
    await given({ github: withRuns(runs, [9, 8, 6, 5]), artifacts: { m: { 'a.txt': 'a' } } });
    expect(await namesAndTexts('artifact:m@branch:main')).toEqual([['a.txt', 'a']]);
    expect(runtime.recorded.downloads).toEqual([{ name: 'm', origin: { kind: 'run', run: 6 } }]);
  });

  test('that no run of the branch has are an error that says what was searched', async () => {
    await given({ github: withRuns([run(9, 'pull_request'), run(7)], [9]) });
    await expect(locate(runtime, 'artifact:m@branch:main')).rejects.toThrow(
      /none of the newest 1 successful runs of main .* has the artifact "m"/,
    );
  });
});

describe('releases', () => {
  const assets = [{ id: 4, name: 'model.onnx', sizeBytes: 3, digest: sha256('abc'), state: 'uploaded' }];
  const github = {
    releases: {
      get: async (tag: string) => ({
        id: 1,
        tag: tag === 'latest' ? 'v2' : tag,
        url: '',
        draft: false,
        immutable: false,
        uploadUrl: '',
        body: '',
        assets,
      }),
      download: async () => Buffer.from('abc'),
    },
  } as unknown as GitHub;

  test('an asset is fetched', async () => {
    await given({ github });
    expect(await namesAndTexts('release:latest/model.onnx')).toEqual([['model.onnx', 'abc']]);
  });

  test('an asset that is not there is named with those that are', async () => {
    await given({ github });
    await expect(locate(runtime, 'release:latest/other')).rejects.toThrow(
      'release:latest/other: the release v2 has no asset "other"; it has: model.onnx',
    );
  });
});

describe('other commits', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: runtime.context.workspace,
    });

  test('outside GitHub the local repository is read, byte for byte', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 10, 7]);
    await given({
      files: { 'models/a b.bin': bytes, '.gitattributes': '*.bin text=auto eol=crlf export-ignore\n' },
    });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '.');
    git('commit', '--quiet', '--message=one');
    const stored = git('cat-file', 'blob', 'HEAD:models/a b.bin');
    writeFileSync(join(runtime.context.workspace, 'models/a b.bin'), 'changed');
    const [file] = await locate(runtime, 'git:main:models/a b.bin');
    expect(file?.name).toBe('models/a b.bin');
    expect(Buffer.from(await runtime.files.read(file?.path ?? '')).equals(stored)).toBe(true);
  });

  test('a file or ref that is not there is named', async () => {
    await given({ files: { a: 'a' } });
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message=one');
    await expect(locate(runtime, 'git:HEAD:missing')).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('git:HEAD:missing: there is no such file at that ref'),
    });
    await expect(locate(runtime, 'git:nowhere:a')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('in a workflow GitHub is asked', async () => {
    const github = {
      git: {
        commitOf: async (ref: string) => `${ref}-sha`,
        readFile: async (sha: string, path: string) => (path === 'a.yml' ? Buffer.from(sha) : undefined),
      },
    } as unknown as GitHub;
    await given({ github, context: { event: 'push' } });
    expect(await namesAndTexts('git:main:a.yml')).toEqual([['a.yml', 'main-sha']]);
    await expect(locate(runtime, 'git:main:b.yml')).rejects.toThrow(
      'git:main:b.yml: there is no such file at that ref (main-sha)',
    );
  });
});
