import { ActionError, errorMessage, isSurvivable } from '../../lib/errors.ts';
import type { GrantedWaiver } from '../../lib/policy/apply-waivers.ts';
import { judgeLabelWaivers, type LabelledPullRequest } from '../../lib/policy/label-waivers.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { repositoryPath } from '../paths.ts';
import type { AppliedPolicy } from './load-policy.ts';
import { fileAt } from './policy-at.ts';

/** Every waiver that somebody granted or tried to grant, and what a reader should know about it. */
export interface LoadedWaivers {
  readonly granted: readonly GrantedWaiver[];
  readonly notes: readonly string[];
}

/**
 * The waivers of a policy: the committed ones from the commit the policy came from, so that a pull request cannot
 * waive its own gate, and those by label of the pull request. Labels that cannot be read waive nothing and give a
 * note: the verdict may only become stricter by it.
 *
 * @throws ActionError invalid-file for a broken file of waivers or one that names a gate the policy does not have;
 * github-denied when it cannot be told what the file holds
 */
export async function loadWaivers(
  runtime: Runtime,
  { waiverLabels }: { readonly waiverLabels: boolean },
  applied: AppliedPolicy,
): Promise<LoadedWaivers> {
  const committed = await committedWaivers(runtime, applied);
  const labelled = waiverLabels ? await labelWaivers(runtime, applied.policy) : NONE;
  return {
    granted: [...committed.granted, ...labelled.granted],
    notes: [...committed.notes, ...labelled.notes],
  };
}

const NONE: LoadedWaivers = { granted: [], notes: [] };

async function committedWaivers(runtime: Runtime, applied: AppliedPolicy): Promise<LoadedWaivers> {
  const { policy, ref, commit } = applied;
  const { file } = policy.waivers;
  if (file === undefined) return NONE;
  const path = repositoryPath(file);
  if (path === undefined)
    throw new ActionError(
      'invalid-file',
      `${applied.path}: waivers.file: ${file} lies outside the repository`,
    );
  const here = (await runtime.files.exists(path)) ? await runtime.files.readText(path) : undefined;
  const text = ref === 'head' ? here : (await fileAt(runtime, commit, path)).text;
  const edited = ref === 'base' && here !== text;
  const notes = edited ? [`This pull request changes ${path}; the waivers of the base branch count.`] : [];
  if (text === undefined) return { granted: [], notes };
  // The parsers are only loaded by a step that has a file of waivers.
  const { parseWaivers } = await import('../../lib/policy/parse-waivers.ts');
  return {
    granted: parseWaivers(text, path, policy.gates).map((waiver) => ({
      ...waiver,
      source: 'file' as const,
      refused: undefined,
    })),
    notes,
  };
}

async function labelWaivers(runtime: Runtime, { waivers }: Policy): Promise<LoadedWaivers> {
  const { pullRequest } = runtime.context;
  if (waivers.labels.length === 0 || pullRequest === undefined) return NONE;
  try {
    const request = await readPullRequest(runtime, pullRequest.number, waivers.labels);
    return { granted: judgeLabelWaivers(waivers.labels, request), notes: [] };
  } catch (error) {
    if (!isSurvivable(error)) throw error;
    const note = `The labels of the pull request could not be read, so none of them waives a gate: ${errorMessage(error)}`;
    runtime.log.warning(note);
    return { granted: [], notes: [note] };
  }
}

/** What GitHub says now: the event that started this run may be older than the label, and a label may be gone. */
async function readPullRequest(
  runtime: Runtime,
  number: number,
  labels: Policy['waivers']['labels'],
): Promise<LabelledPullRequest> {
  const { pullLabels } = await runtime.github();
  const wanted = new Set(labels.map(({ label }) => label.toLowerCase()));
  const names = (await pullLabels.names(number)).filter((name) => wanted.has(name.toLowerCase()));
  if (names.length === 0) return { labels: [], labellings: [], comments: [], roles: new Map() };
  const { labellings, comments } = await pullLabels.history(number);
  const relevant = labellings.filter(({ label }) => wanted.has(label.toLowerCase()));
  const waiving = comments.filter(({ body }) => body.includes('/waive'));
  const people = new Set([...relevant, ...waiving].map(({ by }) => by).filter((by) => by !== ''));
  const roles = new Map<string, string | undefined>();
  for (const login of people) roles.set(login, await pullLabels.role(login));
  return { labels: names, labellings: relevant, comments: waiving, roles };
}
