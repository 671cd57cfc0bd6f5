import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStage, REPOSITORY, type Stage, type StageOptions } from '../../actions/local/demo/stage.ts';
import type { BareRepository } from '../../actions/local/services/github/bare-repository.ts';
import { allSteps, type RunRecord } from '../../actions/local/workflow/run-record.ts';
import { root } from '../../actions/tools/repository.ts';

/** The penguins project on a GitHub of its own with two model servers; the example workflows run on it as they are. */
export interface Example {
  readonly stage: Stage;
  readonly folder: string;
  readonly remote: BareRepository;
  /** Starts a workflow by hand. */
  dispatch(workflow: string, inputs?: Readonly<Record<string, string>>): Promise<RunRecord>;
  /** Starts a workflow as the clock would. */
  tick(workflow: string): Promise<RunRecord>;
  /** What a GET of GitHub's API answers, below the repository. */
  // biome-ignore lint/suspicious/noExplicitAny: tests state the shape they expect
  ask(path: string): Promise<any>;
  close(): Promise<void>;
}

/** The bundles are what users run; their sources run while there are none, or where `MLOPS_FROM_SOURCE=1` wants it. */
const fromSource =
  process.env['MLOPS_FROM_SOURCE'] === '1' || !existsSync(join(root, 'dist', 'rollback', 'index.js'));

/** Opens the example. */
export async function openExample(
  name: string,
  settings: Pick<StageOptions, 'vars' | 'secrets'> = {},
): Promise<Example> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const stage = await openStage({ folder, fromSource, onEvent: () => undefined, ...settings });
  const { github } = stage.local;
  return {
    stage,
    folder,
    remote: github.remote,
    dispatch: (workflow, inputs = {}) =>
      stage.run(workflow, { event: 'workflow_dispatch', workflow, inputs }),
    tick: (workflow) => stage.run(workflow, { event: 'schedule', cron: '7,22,37,52 * * * *' }),
    async ask(path) {
      const reply = await fetch(`${github.url}/repos/${REPOSITORY}${path}`, {
        headers: { authorization: `Bearer ${github.issueToken('all')}` },
      });
      return JSON.parse(await reply.text());
    },
    async close() {
      expect(github.violations).toEqual([]);
      await stage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How the jobs of a run ended, by id. */
export const conclusions = ({ jobs }: RunRecord): Readonly<Record<string, string>> =>
  Object.fromEntries(jobs.map(({ id, conclusion }) => [id, conclusion]));

/** Everything a run told in annotations and as errors of jobs. */
export const messages = ({ jobs }: RunRecord): string =>
  jobs
    .flatMap((job) => [
      job.message,
      ...allSteps(job.steps).flatMap(({ annotations }) => annotations.map(({ message }) => message)),
    ])
    .join('\n');

/** Tests that train a model. Without the packages they are skipped with a line that says so. */
export function describeWithPython(tests: () => void): void {
  try {
    execFileSync('python3', ['-c', 'import sklearn, onnx, onnxruntime, pandas'], { stdio: 'ignore' });
    describe('with Python', tests);
  } catch {
    const how = 'pip install -r workflows-examples/penguins/requirements.txt';
    console.warn(`Skipped: training, packages of python3 are missing: ${how}`);
    test.skip(how, () => undefined);
  }
}
