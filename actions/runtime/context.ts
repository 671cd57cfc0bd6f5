import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { ActionError, errorMessage } from '../lib/errors.ts';
import type { PullRequest, RunContext } from './runtime.ts';
import { VERSION } from './version.ts';

/** GitHub's own cap on webhook payloads, with some room. */
const MAX_EVENT_BYTES = 30 * 1024 * 1024;

/** Variables of the process, as `process.env` gives them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The run as its environment variables and event file describe it.
 *
 * @throws ActionError invalid-file, limit-exceeded for an event file that cannot be used
 */
export function readContext(
  action: string,
  env: Environment,
  here: { readonly cwd: string; readonly actionPath: string },
): RunContext {
  const text = (name: string): string => env[name] ?? '';
  const payload = readEvent(text('GITHUB_EVENT_PATH'));
  const pullRequest = readPullRequest(payload);
  const repository = text('GITHUB_REPOSITORY');
  const [owner = '', repo = ''] = repository.split('/');
  const run = wholeNumber(env['GITHUB_RUN_ID']);
  const serverUrl = text('GITHUB_SERVER_URL') || 'https://github.com';
  const sha = text('GITHUB_SHA');
  return {
    source: {
      repository,
      commit: pullRequest?.headSha ?? (/^[0-9a-f]{40}$/.test(sha) ? sha : ''),
      ref: text('GITHUB_REF'),
      workflow: withoutPrefix(text('GITHUB_WORKFLOW_REF'), `${repository}/`),
      run,
      attempt: wholeNumber(env['GITHUB_RUN_ATTEMPT']),
      action: `${action}@${VERSION}`,
    },
    owner,
    repo,
    event: text('GITHUB_EVENT_NAME'),
    payload,
    pullRequest,
    defaultBranch: asText(asRecord(payload['repository'])['default_branch']),
    actor: text('GITHUB_ACTOR'),
    job: text('GITHUB_JOB'),
    runner: text('RUNNER_NAME'),
    runUrl: repository && run > 0 ? `${serverUrl}/${repository}/actions/runs/${run}` : '',
    serverUrl,
    apiUrl: text('GITHUB_API_URL') || 'https://api.github.com',
    workspace: text('GITHUB_WORKSPACE') || here.cwd,
    temp: text('RUNNER_TEMP') || tmpdir(),
    actionPath: here.actionPath,
  };
}

function readEvent(path: string): Readonly<Record<string, unknown>> {
  const size = path ? statSync(path, { throwIfNoEntry: false })?.size : undefined;
  if (size === undefined) return {};
  if (size > MAX_EVENT_BYTES)
    throw new ActionError(
      'limit-exceeded',
      `the event file has ${size} bytes, at most ${MAX_EVENT_BYTES} are read`,
    );
  try {
    return asRecord(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new ActionError('invalid-file', `the event file is not JSON: ${errorMessage(cause)}`, { cause });
  }
}

function readPullRequest(payload: Readonly<Record<string, unknown>>): PullRequest | undefined {
  const pullRequest = asRecord(payload['pull_request']);
  const head = asRecord(pullRequest['head']);
  const base = asRecord(pullRequest['base']);
  const number = pullRequest['number'];
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) return undefined;
  const headRepository = asText(asRecord(head['repo'])['full_name']);
  const baseRepository = asText(asRecord(base['repo'])['full_name']);
  const labels = Array.isArray(pullRequest['labels']) ? pullRequest['labels'] : [];
  return {
    number,
    headSha: asText(head['sha']),
    baseSha: asText(base['sha']),
    baseRef: asText(base['ref']),
    // A fork that has been deleted has no repository any more: still not ours.
    fromFork: headRepository === '' || headRepository !== baseRepository,
    labels: labels.map((label) => asText(asRecord(label)['name'])).filter((name) => name !== ''),
  };
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

const wholeNumber = (text: string | undefined): number => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : 0);

const withoutPrefix = (text: string, prefix: string): string =>
  text.startsWith(prefix) ? text.slice(prefix.length) : text;
