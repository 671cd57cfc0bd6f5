import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ActionError, errorMessage } from '../../lib/errors.ts';
import { STAND_INS } from '../stand-ins/catalog.ts';
import type { WorkflowFile } from './workflow-file.ts';

/** Where the code of a `uses` lies. */
export type ActionReference =
  /** `root` is the repository that `$/` means inside the action. */
  | { readonly kind: 'folder'; readonly folder: string; readonly root: string }
  | { readonly kind: 'stand-in'; readonly name: string };

export interface ReferenceScope {
  readonly workspace: string;
  /** The folder of this project. */
  readonly project: string;
  /** The repository of the composite action that the step belongs to; `undefined` in a workflow file. */
  readonly root: string | undefined;
}

/**
 * Finds the action that a step uses.
 *
 * @throws ActionError invalid-file for an action that the local runner has no code for
 */
export function resolveAction(uses: string, { workspace, project, root }: ReferenceScope): ActionReference {
  if (uses.startsWith('./')) return { kind: 'folder', folder: join(workspace, uses), root: workspace };
  if (uses.startsWith('$/')) {
    if (root !== undefined) return { kind: 'folder', folder: join(root, uses.slice(2)), root };
    throw new ActionError('invalid-file', `uses: ${uses}: "$/" names the repository of a composite action`);
  }
  const remote = /^([^/@]+)\/([^/@]+)(\/[^@]+)?@(.+)$/.exec(uses);
  if (!remote)
    throw new ActionError('invalid-file', `uses: ${uses}: expected owner/repository[/path]@ref or ./path`);
  const [, owner = '', repository = '', path = ''] = remote;
  if (repository === 'mlops-actions') return { kind: 'folder', folder: join(project, path), root: project };
  const name = `${owner}/${repository}${path}`;
  if (name in STAND_INS) return { kind: 'stand-in', name };
  const known = Object.keys(STAND_INS).join(', ');
  throw new ActionError(
    'invalid-file',
    `uses: ${uses}: the local runner has this project's actions and stand-ins for ${known}`,
  );
}

/**
 * Looks at every action a workflow uses before anything runs; those of the workspace are only known after checkout.
 *
 * @throws ActionError invalid-file with every reference that cannot be run here
 */
export function checkReferences(workflow: WorkflowFile, project: string): void {
  const problems: string[] = [];
  for (const { steps } of workflow.jobs)
    for (const step of steps) {
      if (step.kind !== 'uses' || step.uses.startsWith('./')) continue;
      try {
        const found = resolveAction(step.uses, { workspace: '', project, root: undefined });
        if (found.kind === 'folder' && !existsSync(join(found.folder, 'action.yml')))
          throw new ActionError('not-found', `uses: ${step.uses}: this project has no such action`);
      } catch (error) {
        problems.push(`${workflow.path}:${step.line}: ${errorMessage(error)}`);
      }
    }
  if (problems.length > 0) throw new ActionError('invalid-file', problems.join('\n'));
}
