import { delimiter, dirname, join } from 'node:path';
import type { ValueMap } from './expression.ts';
import type { RunPlan } from './run-plan.ts';

/** Never contacted: the toolkit only asks whether it is github.com, where artifacts of version 4 exist. */
const SERVER_URL = 'https://github.com';

/** Where one job works. */
export interface JobFolders {
  readonly workspace: string;
  readonly temp: string;
  readonly eventFile: string;
}

const refName = (ref: string): string => ref.replace(/^refs\/(heads|tags|pull)\//, '');

/** The parts of the `github` context that hold for a whole run. */
export function runContext(plan: RunPlan): ValueMap {
  const { trigger } = plan;
  const file = plan.workflow.path.split(/[\\/]/).at(-1) ?? '';
  return {
    actor: trigger.actor,
    api_url: plan.services.apiUrl,
    base_ref: trigger.baseRef,
    event: trigger.payload,
    event_name: trigger.event,
    graphql_url: `${plan.services.apiUrl}/graphql`,
    head_ref: trigger.headRef,
    ref: trigger.ref,
    ref_name: refName(trigger.ref),
    ref_protected: false,
    ref_type: trigger.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    repository: plan.repository,
    repository_owner: plan.repository.split('/')[0] ?? '',
    repository_id: '1',
    repositoryUrl: `git://github.com/${plan.repository}.git`,
    retention_days: '90',
    run_attempt: String(plan.attempt),
    run_id: String(plan.id),
    run_number: String(plan.id),
    server_url: SERVER_URL,
    sha: trigger.sha,
    triggering_actor: trigger.actor,
    workflow: plan.workflow.name,
    workflow_ref: `${plan.repository}/.github/workflows/${file}@${trigger.ref}`,
    workflow_sha: trigger.sha,
  };
}

/** The `github` context of a job. */
export const jobContext = (plan: RunPlan, job: string, folders: JobFolders, token: string): ValueMap => ({
  ...runContext(plan),
  job,
  token,
  workspace: folders.workspace,
  event_path: folders.eventFile,
});

export const runnerContext = (folders: JobFolders): ValueMap => ({
  name: 'local',
  os: OPERATING_SYSTEMS[process.platform] ?? process.platform,
  arch: process.arch.toUpperCase(),
  temp: folders.temp,
  tool_cache: join(folders.temp, 'tool-cache'),
  environment: 'self-hosted',
  debug: '',
});

const OPERATING_SYSTEMS: Readonly<Record<string, string>> = {
  linux: 'Linux',
  darwin: 'macOS',
  win32: 'Windows',
};

/** Keys of the `github` context that every step gets as `GITHUB_…`; the token is not among them. */
const EXPORTED = [
  'actor',
  'api_url',
  'base_ref',
  'event_name',
  'event_path',
  'graphql_url',
  'head_ref',
  'job',
  'ref',
  'ref_name',
  'ref_protected',
  'ref_type',
  'repository',
  'repository_id',
  'repository_owner',
  'retention_days',
  'run_attempt',
  'run_id',
  'run_number',
  'server_url',
  'sha',
  'triggering_actor',
  'workflow',
  'workflow_ref',
  'workflow_sha',
  'workspace',
] as const;

/** Variables of this machine that programs need to find their way around it. */
const INHERITED = [
  ...['HOME', 'USER', 'SHELL', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'],
  ...['USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'SYSTEMROOT', 'COMSPEC', 'PATHEXT', 'TEMP', 'TMP'],
];

/** The variables that the machine and the runner give to every step. */
export function defaultEnvironment(github: ValueMap, runner: ValueMap): Readonly<Record<string, string>> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const named = (prefix: string, values: ValueMap, keys: readonly string[]) =>
    keys.map((key) => [`${prefix}_${key.toUpperCase()}`, String(values[key] ?? '')] as const);
  return Object.fromEntries([
    ...inherited,
    // The runner's own Node first: workflows rely on the one that GitHub's machines have.
    ['PATH', [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter)],
    ['CI', 'true'],
    ['GITHUB_ACTIONS', 'true'],
    ...named('GITHUB', github, EXPORTED),
    ...named('RUNNER', runner, ['name', 'os', 'arch', 'temp', 'tool_cache', 'environment']),
  ]);
}
