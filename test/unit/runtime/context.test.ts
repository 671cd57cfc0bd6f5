import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readContext } from '../../../actions/runtime/context.ts';
import { VERSION } from '../../../actions/runtime/version.ts';
import packageJson from '../../../package.json' with { type: 'json' };

const folder = mkdtempSync(join(tmpdir(), 'mlops-context-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HERE = { cwd: '/work', actionPath: '/action' };
const SHA = 'a'.repeat(40);
const HEAD = 'b'.repeat(40);

function eventFile(content: string): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, content);
  return path;
}

const pullRequestEvent = (headRepository: string | null) => ({
  repository: { default_branch: 'trunk' },
  pull_request: {
    number: 7,
    labels: [{ name: 'ready' }, {}, 'odd'],
    head: { sha: HEAD, repo: headRepository === null ? null : { full_name: headRepository } },
    base: { sha: SHA, ref: 'trunk', repo: { full_name: 'o/r' } },
  },
});

const onGitHub = (event: unknown) =>
  readContext(
    'gate-metrics',
    {
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_SHA: SHA,
      GITHUB_REF: 'refs/pull/7/merge',
      GITHUB_WORKFLOW_REF: 'o/r/.github/workflows/x.yml@refs/heads/trunk',
      GITHUB_RUN_ID: '123',
      GITHUB_RUN_ATTEMPT: '2',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_ACTOR: 'octocat',
      GITHUB_WORKSPACE: '/ws',
      RUNNER_TEMP: '/temp',
      GITHUB_EVENT_PATH: eventFile(JSON.stringify(event)),
    },
    HERE,
  );

describe('on GitHub', () => {
  test('the run is described, with the head of the pull request as its commit', () => {
    expect(onGitHub(pullRequestEvent('o/r'))).toMatchObject({
      source: {
        repository: 'o/r',
        commit: HEAD,
        ref: 'refs/pull/7/merge',
        workflow: '.github/workflows/x.yml@refs/heads/trunk',
        run: 123,
        attempt: 2,
        action: `gate-metrics@${VERSION}`,
      },
      owner: 'o',
      repo: 'r',
      defaultBranch: 'trunk',
      runUrl: 'https://github.com/o/r/actions/runs/123',
      workspace: '/ws',
      temp: '/temp',
      pullRequest: {
        number: 7,
        headSha: HEAD,
        baseSha: SHA,
        baseRef: 'trunk',
        fromFork: false,
        labels: ['ready'],
      },
    });
  });

  test.each([
    ['o/r', false],
    ['fork/r', true],
    [null, true],
  ])('a head in %s comes from a fork: %s', (repository, fromFork) => {
    expect(onGitHub(pullRequestEvent(repository)).pullRequest?.fromFork).toBe(fromFork);
  });

  test.each([
    ['a push', { ref: 'refs/heads/trunk' }],
    ['an odd number', { pull_request: { number: '7' } }],
    ['a list', []],
  ])('%s has no pull request and the commit of the run', (_name, event) => {
    const context = onGitHub(event);
    expect(context.pullRequest).toBeUndefined();
    expect(context.source.commit).toBe(SHA);
  });

  test('an event file that is not JSON is an error, a missing one is not', () => {
    const read = (path: string) => readContext('x', { GITHUB_EVENT_PATH: path }, HERE);
    expect(() => read(eventFile('{'))).toThrow(/the event file is not JSON/);
    expect(read('/nowhere/event.json').payload).toEqual({});
  });

  test('an event file over the limit is not read', () => {
    expect(() =>
      readContext('x', { GITHUB_EVENT_PATH: eventFile(' '.repeat(31 * 1024 * 1024)) }, HERE),
    ).toThrow(/at most/);
  });
});

describe('outside GitHub', () => {
  test('everything is empty and nothing is missing', () => {
    const context = readContext('x', {}, HERE);
    expect(context).toMatchObject({
      source: { repository: '', commit: '', ref: '', workflow: '', run: 0, attempt: 0 },
      owner: '',
      event: '',
      payload: {},
      runUrl: '',
      workspace: '/work',
      temp: tmpdir(),
      actionPath: '/action',
    });
  });
});

test('the version is the one of the package', () => {
  expect(VERSION).toBe(packageJson.version);
});
