import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { changedLines } from '../../actions/runtime/changed-lines.ts';
import { clientOf, EVERYTHING, startTestGitHub } from '../support/github.ts';
import { memoryRuntime } from '../support/memory-runtime.ts';

let service: GitHubService;
beforeAll(async () => {
  service = await startTestGitHub();
});
afterAll(() => service.close());

test('without a clone, GitHub tells which lines a pull request changed; without permission nobody does', async () => {
  await service.remote.commitFiles(
    'main',
    { 'data/a.csv': 'id\n1\n2\n', 'data/b.csv': 'id\n1\n2\n3\n4\n' },
    'Data',
  );
  await service.remote.commitFiles(
    'change',
    { 'data/a.csv': 'id\n1\n9\n2\n', 'data/new.csv': 'id\n' },
    'Change',
    'main',
  );
  const number = await service.seedPullRequest({ head: 'change', base: 'main', title: 'Change' });
  const headSha = (await service.remote.commitOf('change')) ?? '';
  const pullRequest = { number, headSha, baseSha: '', baseRef: 'main', fromFork: false, labels: [] };
  await using runtime = await memoryRuntime({ context: { pullRequest } });
  const changed = await changedLines(runtime, ['data/a.csv'], async () => clientOf(service).pullFiles);
  expect(Object.fromEntries([...(changed ?? [])].map(([path, { lines }]) => [path, lines]))).toEqual({
    'data/a.csv': [{ first: 3, last: 3 }],
    'data/new.csv': 'all',
  });
  const { 'pull-requests': _, ...permissions } = EVERYTHING;
  expect(
    await changedLines(runtime, [], async () => clientOf(service, { permissions }).pullFiles),
  ).toBeUndefined();
  expect(runtime.recorded.log).toMatchObject([
    { level: 'notice', message: expect.stringContaining('permissions: pull-requests: read') },
  ]);
});

test('the service answers as GitHub describes it', () => {
  expect(service.violations).toEqual([]);
});
