import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NoOperationTraceWriter } from '@actions/workflow-parser/templates/trace-writer';
import { parseWorkflow } from '@actions/workflow-parser/workflows/workflow-parser';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { actionNames, root } from '../../actions/tools/repository.ts';

interface Job {
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Record<string, unknown>;
  }[];
}

const folder = join(root, '.github/workflows');
const files = readdirSync(folder);

describe.each(files)('%s of this repository', (file) => {
  const source = readFileSync(join(folder, file), 'utf8');
  const workflow: {
    readonly on: object;
    readonly permissions?: unknown;
    readonly jobs: Record<string, Job>;
  } = parse(source);
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  test('is valid for GitHub’s parser', () => {
    const { context } = parseWorkflow({ name: file, content: source }, new NoOperationTraceWriter());
    expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
  });

  test('grants nothing by default, and each job says what it needs and how long it may take', () => {
    expect(workflow.permissions).toEqual({});
    for (const job of jobs) {
      expect(job.permissions).toBeTypeOf('object');
      expect(job['timeout-minutes']).toBeLessThanOrEqual(40);
    }
  });

  test('pins what others wrote by commit, with the version beside it', () => {
    for (const [line, uses = ''] of source.matchAll(/uses: (\S+).*/g))
      if (!uses.startsWith('./')) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('leaves no token behind in a checkout and lets no expression into a script', () => {
    for (const { uses = '', run = '', with: inputs } of steps) {
      if (uses.startsWith('actions/checkout@'))
        expect(inputs).toMatchObject({ 'persist-credentials': false });
      expect(run).not.toContain('${{');
    }
  });

  test('is started by no event that gives a stranger’s code a token that can write', () => {
    for (const event of ['pull_request_target', 'workflow_run', 'issue_comment'])
      expect(workflow.on).not.toHaveProperty([event]);
  });
});

test('the release signs every action', () => {
  const release = readFileSync(join(folder, 'release.yml'), 'utf8');
  for (const name of actionNames()) expect(release).toContain(name);
});
