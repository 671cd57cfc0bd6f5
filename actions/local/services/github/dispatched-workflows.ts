import { evaluateText, type ValueMap } from '../../workflow/expression.ts';
import { githubParser } from '../../workflow/load-parser.ts';
import { entriesOf, entry, literal, literals, type Template } from '../../workflow/template.ts';
import type { BareRepository } from './bare-repository.ts';

const FOLDER = '.github/workflows';

/** What the `run-name` of a dispatched workflow can name. */
export interface DispatchContexts {
  readonly github: ValueMap;
  readonly inputs: ValueMap;
}

/** How a run is called. */
export interface RunNames {
  /** The workflow's own name. */
  readonly name: string;
  /** What its `run-name` comes to; the workflow's name without one. */
  readonly title: string;
}

/** A workflow file that is read only as far as a dispatch needs it. */
interface Listener extends RunNames {
  readonly file: string;
}

/** What the workflow files of a commit say about the runs that a dispatch starts. */
export class DispatchedWorkflows {
  readonly #git: Pick<BareRepository, 'resolve' | 'entries' | 'read'>;

  constructor(git: Pick<BareRepository, 'resolve' | 'entries' | 'read'>) {
    this.#git = git;
  }

  /** The names of a run of a workflow file; `undefined` when the commit has no such file that can be read. */
  async names(commit: string, file: string, contexts: DispatchContexts): Promise<RunNames | undefined> {
    const blob = await this.#git.resolve(`${commit}:${FOLDER}/${file}`);
    const root = blob === undefined ? undefined : await this.#parse(file, blob);
    return root === undefined ? undefined : namesOf(root, file, contexts);
  }

  /** The workflows of a commit that listen to a type of `repository_dispatch`, with the names of their runs. */
  async listening(
    commit: string,
    eventType: string,
    contexts: DispatchContexts,
  ): Promise<readonly Listener[]> {
    const tree = await this.#git.resolve(`${commit}:${FOLDER}`);
    const found: Listener[] = [];
    for (const { path, sha, type } of tree === undefined ? [] : await this.#git.entries(tree, false)) {
      if (type !== 'blob' || !/\.ya?ml$/.test(path)) continue;
      const root = await this.#parse(path, sha);
      if (root !== undefined && listens(root, eventType))
        found.push({ file: path, ...namesOf(root, path, contexts) });
    }
    return found;
  }

  /** A file that GitHub's parser refuses starts no run that anybody could find. */
  async #parse(path: string, blob: string): Promise<Template | undefined> {
    const text = (await this.#git.read(blob, 'blob')).toString();
    const { parse } = await githubParser();
    return parse('workflow', path, text).catch(() => undefined);
  }
}

function namesOf(root: Template, file: string, { github, inputs }: DispatchContexts): RunNames {
  const name = literal(entry(root, 'name')) ?? `${FOLDER}/${file}`;
  const contexts = { github, inputs: { ...defaultInputs(root), ...inputs } };
  return { name, title: evaluateText(entry(root, 'run-name'), { contexts, status: 'success' }) || name };
}

const defaultInputs = (root: Template): ValueMap => {
  const declared = entriesOf(entry(entry(entry(root, 'on'), 'workflow_dispatch'), 'inputs'));
  return Object.fromEntries(
    [...declared].map(([name, input]) => [name, literal(entry(input, 'default')) ?? '']),
  );
};

function listens(root: Template, eventType: string): boolean {
  const on = entry(root, 'on');
  if (on?.kind !== 'map') return literals(on).includes('repository_dispatch');
  const types = literals(entry(on.entries.get('repository_dispatch'), 'types'));
  return on.entries.has('repository_dispatch') && (types.length === 0 || types.includes(eventType));
}
