import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from '@actions/languageservice';
import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';
import { rolloutLengthMs } from '../../actions/lib/rollout/analysis-schedule.ts';
import { parseRollout } from '../../actions/lib/rollout/parse-rollout.ts';
import { readActionMetadata, root } from '../../actions/tools/repository.ts';

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: unknown;
  readonly environment?: { readonly name?: string; readonly deployment?: boolean };
  readonly 'timeout-minutes'?: number;
  /** Absent in a job that calls a reusable workflow. */
  readonly steps?: readonly Step[];
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
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
    (job.steps ?? []).flatMap((step) => {
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

/** What rollback dispatches: README of rollback, "What the training workflow gets". */
const RETRAIN_INPUTS = [
  ...['model', 'environment', 'reason', 'incident', 'bad_version', 'restored_version'],
  ...['data_from', 'data_to', 'dedupe_key', 'ledger_head'],
];

/** The inputs of other people's actions that the examples use. */
const OTHERS: Readonly<Record<string, Record<string, { description: string }>>> = {
  checkout: {
    'persist-credentials': { description: 'keep the token in the git configuration' },
    'fetch-depth': { description: 'commits' },
  },
  'download-artifact': {
    name: { description: 'name' },
    pattern: { description: 'names' },
    path: { description: 'folder' },
    'merge-multiple': { description: 'into one folder' },
  },
  attest: { 'subject-checksums': { description: 'file' } },
  'upload-artifact': { name: { description: 'name' }, path: { description: 'files' } },
};

test('there is an example for each part of the cycle', () => {
  expect(files.toSorted()).toEqual([
    'approve.yml',
    'evaluate-shards.yml',
    'flights/check-flights.yml',
    'flights/evaluate-delays.yml',
    'gate-fork-check.yml',
    'gate-fork-report.yml',
    'gate-inline.yml',
    'gate-policy.yml',
    'llm-evaluation.yml',
    'many-models.yml',
    'model-watch.yml',
    'promote-model-reusable.yml',
    'pull-request.yml',
    'release.yml',
    'rollback.yml',
    'switch-to-contract.yml',
    'train.yml',
    'validate-shards.yml',
  ]);
});

test('the language service sees a misspelt input, so that its silence means something', async () => {
  const source = sourceOf('model-watch.yml').replace('fail-on: never', 'fail-onn: never');
  expect(await diagnose('model-watch.yml', source)).toEqual([expect.stringContaining('fail-onn')]);
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
    // A called workflow limits its own jobs.
    for (const { steps, 'timeout-minutes': limit } of Object.values(workflow.jobs))
      if (steps !== undefined) expect(limit).toBeLessThanOrEqual(60);
  });

  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);
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

  test('waits for a person in no job that must act alone, and for nobody twice', () => {
    for (const [id, { environment }] of Object.entries(workflow.jobs)) {
      // promote-model and rollback write the deployments; those of the job would be a second set.
      if (environment !== undefined) expect(environment.deployment).toBe(false);
      if (id === 'tick' || id === 'rollback') expect(environment?.name).toBe('production-rollback');
    }
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

test('every job that changes what serves may find out whether a run has ended, and where evidence comes from', () => {
  const changes = files.flatMap((file) =>
    ours(file)
      .filter(({ folder: own }) => own === 'actions/promote-model')
      .filter(({ step }) => step.with?.['operation'] !== 'status')
      .map(({ job, step }) => ({ file, operation: step.with?.['operation'] ?? 'promote', job })),
  );
  expect(changes.map(({ file, operation }) => `${file}: ${operation}`).toSorted()).toEqual([
    'approve.yml: approve',
    'model-watch.yml: resume',
    'promote-model-reusable.yml: promote',
    'release.yml: promote',
    'release.yml: promote',
    'release.yml: register',
    'train.yml: register',
  ]);
  for (const { job } of changes)
    expect(job.permissions).toMatchObject({ contents: 'write', actions: 'read' });
});

test('what rollback sends to the training workflow is declared there', () => {
  const inputs: Readonly<Record<string, unknown>> = parse(sourceOf('train.yml')).on.workflow_dispatch.inputs;
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining([...RETRAIN_INPUTS]));
});

test('a reusable workflow gets inputs that it has, and permissions that reach', () => {
  const { jobs } = workflowOf('many-models.yml');
  const called: {
    readonly on: { readonly workflow_call: { readonly inputs: Readonly<Record<string, unknown>> } };
  } = parse(sourceOf('promote-model-reusable.yml'));
  const [inner] = Object.values(workflowOf('promote-model-reusable.yml').jobs);
  for (const job of Object.values(jobs)) {
    expect(job.uses).toBe('./.github/workflows/promote-model-reusable.yml');
    expect(Object.keys(called.on.workflow_call.inputs)).toEqual(
      expect.arrayContaining(Object.keys(job.with ?? {})),
    );
    expect(job.permissions).toEqual(inner?.permissions);
  }
});

describe('the rollout files', () => {
  const readRollout = (name: string) => parseRollout(sourceOf(`penguins/.mlops/rollout.${name}.yml`), name);
  const production = readRollout('production');
  const staging = readRollout('staging');

  test('say what they are for', () => {
    expect(production).toMatchObject({ model: 'penguins', environment: 'production' });
    expect(staging).toMatchObject({ model: 'penguins', environment: 'staging' });
  });

  test('are checked before the first visitor, and switched, in staging as in production', () => {
    const moved = JSON.stringify(staging).replaceAll('https://staging.penguins.', 'https://penguins.');
    const { preflight, traffic } = JSON.parse(moved);
    expect({ preflight, traffic }).toEqual(
      JSON.parse(JSON.stringify({ preflight: production.preflight, traffic: production.traffic })),
    );
  });

  test('ask a person, and end before their deadline', () => {
    expect(
      production.steps.map((step) => (step.kind === 'approval' ? step.environment : step.weight)),
    ).toEqual([20, 'production-approval', 50, 100]);
    expect(production.deadlineMs).toBeGreaterThan(rolloutLengthMs(production));
  });
});
