import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ActionError } from '../../lib/errors.ts';
import { githubParser } from './load-parser.ts';
import { type StepSpec, toSteps } from './step-spec.ts';
import { entriesOf, entry, literal, type Template } from './template.ts';
import { readText } from './workflow-file.ts';

export interface ActionInput {
  readonly description: string;
  readonly required: boolean;
  readonly default: Template | undefined;
}

/** How an action is run. */
export type ActionRuns =
  | {
      readonly kind: 'node';
      readonly main: string;
      readonly pre: string | undefined;
      readonly post: string | undefined;
      readonly postIf: Template | undefined;
    }
  | { readonly kind: 'composite'; readonly steps: readonly StepSpec[] };

/** An action's public contract, as its `action.yml` states it. */
export interface ActionFile {
  /** The folder that holds `action.yml`. */
  readonly folder: string;
  readonly name: string;
  readonly description: string;
  readonly inputs: ReadonlyMap<string, ActionInput>;
  /** Outputs by name; only a composite action says where their values come from. */
  readonly outputs: ReadonlyMap<
    string,
    { readonly description: string; readonly value: Template | undefined }
  >;
  readonly runs: ActionRuns;
}

/**
 * Reads `action.yml` (or `action.yaml`) of a folder with GitHub's own parser.
 *
 * @throws ActionError not-found; invalid-file with every problem the parser found
 */
export async function readAction(folder: string): Promise<ActionFile> {
  const path = ['action.yml', 'action.yaml']
    .map((name) => join(folder, name))
    .find((file) => existsSync(file));
  if (path === undefined) throw new ActionError('not-found', `${folder}: there is no action.yml`);
  const { parse } = await githubParser();
  const root = await parse('action', path, readText(path));
  return {
    folder,
    name: literal(entry(root, 'name')) ?? folder,
    description: literal(entry(root, 'description')) ?? '',
    inputs: new Map([...entriesOf(entry(root, 'inputs'))].map(([id, input]) => [id, toInput(input)])),
    outputs: new Map([...entriesOf(entry(root, 'outputs'))].map(([id, output]) => [id, toOutput(output)])),
    runs: toRuns(path, entry(root, 'runs')),
  };
}

const toInput = (input: Template): ActionInput => ({
  description: literal(entry(input, 'description')) ?? '',
  required: literal(entry(input, 'required')) === 'true',
  default: entry(input, 'default'),
});

const toOutput = (output: Template) => ({
  description: literal(entry(output, 'description')) ?? '',
  value: entry(output, 'value'),
});

function toRuns(path: string, runs: Template | undefined): ActionRuns {
  const using = literal(entry(runs, 'using')) ?? '';
  if (using === 'composite') return { kind: 'composite', steps: toSteps(path, entry(runs, 'steps')) };
  const main = literal(entry(runs, 'main'));
  if (!/^node\d+$/.test(using) || main === undefined)
    throw new ActionError(
      'invalid-file',
      `${path}: the local runner runs node and composite actions, not "${using}"`,
    );
  return {
    kind: 'node',
    main,
    pre: literal(entry(runs, 'pre')),
    post: literal(entry(runs, 'post')),
    postIf: entry(runs, 'post-if'),
  };
}
