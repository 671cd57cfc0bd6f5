import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { ActionError } from '../../lib/errors.ts';
import { githubParser } from './load-parser.ts';
import { type StepSpec, toSteps } from './step-spec.ts';
import { entriesOf, entry, literal, literals, type Template } from './template.ts';

/** One job of a workflow file, before anything is evaluated. */
export interface JobSpec {
  readonly id: string;
  readonly line: number;
  readonly name: Template | undefined;
  readonly needs: readonly string[];
  readonly condition: Template | undefined;
  readonly strategy: Template | undefined;
  readonly env: Template | undefined;
  readonly defaults: Template | undefined;
  readonly permissions: Template | undefined;
  readonly concurrency: Template | undefined;
  readonly environment: Template | undefined;
  readonly outputs: Template | undefined;
  readonly timeoutMinutes: Template | undefined;
  readonly continueOnError: Template | undefined;
  readonly runsOn: Template | undefined;
  readonly steps: readonly StepSpec[];
  /** The reusable workflow this job calls instead of having steps. */
  readonly uses: string | undefined;
  readonly with: Template | undefined;
  readonly secrets: Template | undefined;
}

/** A workflow file that GitHub's parser has accepted. */
export interface WorkflowFile {
  /** The path in the file system. */
  readonly path: string;
  readonly name: string;
  /** Events by name with their filters. */
  readonly events: ReadonlyMap<string, Template | undefined>;
  readonly runName: Template | undefined;
  readonly env: Template | undefined;
  readonly defaults: Template | undefined;
  readonly permissions: Template | undefined;
  readonly concurrency: Template | undefined;
  readonly jobs: readonly JobSpec[];
}

/** Keys that GitHub runs and this runner does not: better refused than ignored. */
const UNSUPPORTED_JOB_KEYS = ['container', 'services', 'snapshot'] as const;

/**
 * Reads a workflow file with GitHub's own parser.
 *
 * @throws ActionError not-found; invalid-file with every problem as `file:line:column: message`
 */
export async function readWorkflow(path: string): Promise<WorkflowFile> {
  const { parse } = await githubParser();
  const root = await parse('workflow', path, readText(path));
  const jobs = [...entriesOf(entry(root, 'jobs'))].map(([id, job]) => toJob(path, id, job));
  return {
    path,
    name: literal(entry(root, 'name')) ?? basename(path),
    events: readEvents(entry(root, 'on')),
    runName: entry(root, 'run-name'),
    env: entry(root, 'env'),
    defaults: entry(root, 'defaults'),
    permissions: entry(root, 'permissions'),
    concurrency: entry(root, 'concurrency'),
    jobs,
  };
}

/** The text of a file. @throws ActionError not-found */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ActionError('not-found', `${path}: cannot be read`, { cause: error });
  }
}

function readEvents(on: Template | undefined): ReadonlyMap<string, Template | undefined> {
  if (on?.kind === 'map') return on.entries;
  return new Map(literals(on).map((name) => [name, undefined]));
}

function toJob(path: string, id: string, job: Template): JobSpec {
  for (const key of UNSUPPORTED_JOB_KEYS)
    if (entry(job, key))
      throw new ActionError(
        'invalid-file',
        `${path}:${job.line}: job ${id}: the local runner has no "${key}"`,
      );
  return {
    id,
    line: job.line,
    name: entry(job, 'name'),
    needs: literals(entry(job, 'needs')),
    condition: entry(job, 'if'),
    strategy: entry(job, 'strategy'),
    env: entry(job, 'env'),
    defaults: entry(job, 'defaults'),
    permissions: entry(job, 'permissions'),
    concurrency: entry(job, 'concurrency'),
    environment: entry(job, 'environment'),
    outputs: entry(job, 'outputs'),
    timeoutMinutes: entry(job, 'timeout-minutes'),
    continueOnError: entry(job, 'continue-on-error'),
    runsOn: entry(job, 'runs-on'),
    steps: toSteps(path, entry(job, 'steps')),
    uses: literal(entry(job, 'uses')),
    with: entry(job, 'with'),
    secrets: entry(job, 'secrets'),
  };
}
