import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from '@actions/languageservice';
import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';
import { readActionMetadata, root } from '../../actions/tools/repository.ts';

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: { readonly group?: string };
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(root, 'workflows-examples');
const files = [
  ...readdirSync(folder).filter((file) => file.endsWith('.yml')),
  // These stand in the folder of their project: they are about that data alone.
  'flights/check-flights.yml',
  'flights/evaluate-delays.yml',
];
const sourceOf = (file: string): string => readFileSync(join(folder, file), 'utf8');
const workflowOf = (file: string): Workflow => parse(sourceOf(file));

/** The folder of this repository that a `uses:` of ours names; `undefined` for the actions of others. */
const ourFolder = (uses: string): string | undefined => {
  const path = /^OWNER\/mlops-actions(?:\/(.+))?@v1$/.exec(uses);
  return path ? (path[1] ?? '.') : undefined;
};

const ours = (file: string): readonly { readonly job: Job; readonly step: Step; readonly folder: string }[] =>
  Object.values(workflowOf(file).jobs).flatMap((job) =>
    job.steps.flatMap((step) => {
      const own = ourFolder(step.uses ?? '');
      return own === undefined ? [] : [{ job, step, folder: own }];
    }),
  );

/** What GitHub's own language service says about a workflow; metadata of our actions comes from this repository. */
async function diagnose(file: string, source: string): Promise<readonly string[]> {
  // Parsed files are cached by their address.
  const address = `file:///repository/${source.length}/.github/workflows/${file}`;
  const document = TextDocument.create(address, 'yaml', 1, source);
  const diagnostics = await validate(document, {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, path }) => {
        if (owner === 'OWNER' && name === 'mlops-actions')
          return parse(readFileSync(join(root, path ?? '.', 'action.yml'), 'utf8'));
        return { name, description: 'somebody else’s', runs: { using: 'node24' }, inputs: OTHERS[name] };
      },
    },
  });
  return diagnostics.map((item) => `${file}:${item.range.start.line + 1}: ${item.message}`);
}

/** The inputs of other people's actions that the examples use. */
const OTHERS: Readonly<Record<string, Record<string, { description: string }>>> = {
  checkout: { 'persist-credentials': { description: 'keep the token in the git configuration' } },
  'download-artifact': {
    pattern: { description: 'names' },
    path: { description: 'folder' },
    'merge-multiple': { description: 'into one folder' },
  },
  'upload-artifact': { name: { description: 'name' }, path: { description: 'files' } },
};

test('there is an example for each part of the cycle', () => {
  expect(files.toSorted()).toEqual([
    'evaluate-shards.yml',
    'flights/check-flights.yml',
    'flights/evaluate-delays.yml',
    'gate-fork-check.yml',
    'gate-fork-report.yml',
    'gate-inline.yml',
    'gate-policy.yml',
    'llm-evaluation.yml',
    'monitor.yml',
    'pull-request.yml',
    'release.yml',
    'rollback.yml',
    'switch-to-contract.yml',
    'train.yml',
    'validate-shards.yml',
  ]);
});

test('the language service sees a misspelt input, so that its silence means something', async () => {
  const source = sourceOf('monitor.yml').replace('fail-on: never', 'fail-onn: never');
  expect(await diagnose('monitor.yml', source)).toEqual([expect.stringContaining('fail-onn')]);
});

describe.each(files)('%s', (file) => {
  const workflow = workflowOf(file);

  test('is valid for GitHub', async () => {
    expect(await diagnose(file, sourceOf(file))).toEqual([]);
  });

  test('gives our actions only inputs they have, and all that they need', () => {
    for (const { step, folder: own } of ours(file)) {
      const { inputs } = readActionMetadata(own);
      const given = Object.keys(step.with ?? {});
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(given));
      const needed = Object.keys(inputs).filter((name) => inputs[name]?.required);
      expect(given).toEqual(expect.arrayContaining(needed));
    }
  });

  test('reads only outputs that its steps give', () => {
    for (const { job, step, folder: own } of ours(file)) {
      const names = Object.keys(readActionMetadata(own).outputs);
      const read = JSON.stringify(job).matchAll(
        new RegExp(`steps\\.${step.id ?? '(no id)'}\\.outputs\\.([a-z-]+)`, 'g'),
      );
      for (const [, output] of read) expect(names).toContain(output);
    }
  });

  test('grants nothing by default, and each job says what it needs', () => {
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs)) {
      expect(typeof job.permissions).toBe('object');
      expect(Object.values(job.permissions ?? {})).not.toContain('write-all');
    }
  });

  test('limits every job in time and every workflow in concurrency', () => {
    expect(workflow.concurrency?.group).toMatch(/penguins|flights|delays|model-check/);
    for (const job of Object.values(workflow.jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(120);
  });

  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  const of = (action: string) => steps.filter(({ uses }) => uses?.startsWith(`${action}@`));

  test('leaves no token behind in a checkout', () => {
    for (const step of of('actions/checkout'))
      expect(step.with).toMatchObject({ 'persist-credentials': false });
  });

  test('pins what others wrote by commit, with the version beside it', () => {
    for (const { uses = '' } of steps)
      if (uses !== '' && ourFolder(uses) === undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
    for (const [line] of sourceOf(file).matchAll(/^.*uses: actions\/.*$/gm))
      expect(line).toMatch(/# v\d+\.\d+\.\d+$/);
  });

  test('lets no expression into a script, where its value would be run', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });

  test('is started by no event that gives a stranger’s code a token that can write', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    if (!Object.keys(workflow.on).includes('workflow_run')) return;
    // The end of an untrusted run may start a trusted one, as long as that fetches and runs nothing of it.
    expect(steps.filter(({ uses, run }) => run !== undefined || ourFolder(uses ?? '') === undefined)).toEqual(
      [],
    );
    for (const { step } of ours(file)) expect(step.with).toMatchObject({ mode: 'report' });
  });
});
