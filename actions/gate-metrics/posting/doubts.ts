import { sha256 } from '../../lib/digest.ts';
import type { GateDocument } from '../../lib/documents/gate.ts';
import { ActionError, errorMessage, isSurvivable } from '../../lib/errors.ts';
import type { Gate, Policy } from '../../lib/policy/policy.ts';
import { worstVerdict } from '../../lib/verdict.ts';
import type { OpenPull } from '../../runtime/github/pulls-of-run.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Inputs } from '../inputs.ts';
import { repositoryPath } from '../paths.ts';
import { fileAt } from '../policy/policy-at.ts';

/** What a trusted run finds out about an untrusted result. */
export interface Recheck {
  /** The base branch's policy, where there is one that can be read. */
  readonly policy: Policy | undefined;
  /** Why the result may not be believed, as sentences. */
  readonly doubts: readonly string[];
}

/**
 * Holds a result to the base branch's policy, read anew: whether that policy was applied, with all of its gates and
 * with no others, whether the verdict follows from the gates, and whether the pull request edits what measured it.
 */
export async function recheck(
  runtime: Runtime,
  inputs: Inputs,
  document: GateDocument,
  pull: OpenPull,
): Promise<Recheck> {
  const found = await basePolicy(runtime, inputs, document, pull);
  return {
    policy: found.policy,
    doubts: [
      ...found.doubts,
      ...(found.policy === undefined ? [] : missingGates(document, found.policy)),
      ...ownGates(document),
      ...ownWaivers(document),
      ...milderVerdict(document, found.policy),
      ...(await editedWorkflows(runtime, pull)),
    ],
  };
}

async function basePolicy(
  runtime: Runtime,
  { policy: path }: Inputs,
  document: GateDocument,
  { baseSha, baseRef }: OpenPull,
): Promise<Recheck> {
  const inside = repositoryPath(path);
  if (inside === undefined)
    return {
      policy: undefined,
      doubts: [`${path} lies outside of the repository, so it cannot be compared`],
    };
  // The run read the policy of the base commit it knew; the branch may have moved on since.
  const texts = [await fileAt(runtime, baseSha, inside), await fileAt(runtime, baseRef, inside)].flatMap(
    ({ text }) => (text === undefined ? [] : [text]),
  );
  const [newest] = texts.slice(-1);
  if (newest === undefined)
    return { policy: undefined, doubts: [`the base branch ${baseRef} has no ${path} to compare with`] };
  const same = texts.find((text) => sha256(text) === document.policy.digest);
  const doubts =
    same === undefined
      ? [`it was not judged by ${path} of ${baseRef} alone: the digest of what it applied is another one`]
      : [];
  try {
    const { parsePolicy } = await import('../../lib/policy/parse-policy.ts');
    return { policy: parsePolicy(same ?? newest, path), doubts };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return {
      policy: undefined,
      doubts: [...doubts, `the base branch's policy is broken: ${errorMessage(error)}`],
    };
  }
}

/** The digest is the document's own word; the gates it lists must be those of the policy all the same. */
function missingGates({ gates }: GateDocument, policy: Policy): readonly string[] {
  const judged = (gate: Gate): boolean => {
    const prefix = `${gate.id.replace(/\[[^\]]*\]/, '')}[`;
    return gates.some(({ id }) => id === gate.id || id.startsWith(prefix));
  };
  const missing = policy.gates.filter((gate) => !judged(gate)).map(({ id }) => id);
  return missing.length === 0
    ? []
    : [`it lacks gates that the base branch's policy has: ${missing.slice(0, 10).join(', ')}`];
}

const ownGates = ({ policy }: GateDocument): readonly string[] =>
  policy.inlineGates === 0
    ? []
    : [`it was judged by inline gates too, which stand in the pull request's own workflow`];

/** Who may waive was decided by the untrusted run itself. */
const ownWaivers = ({ gates }: GateDocument): readonly string[] =>
  gates.every(({ verdict }) => verdict !== 'waived')
    ? []
    : ['it counts waivers, and whether somebody granted them is its own word'];

/** A condition of the policy's may accept what single gates do not. */
function milderVerdict(
  { gates, guards, verdict }: GateDocument,
  policy: Policy | undefined,
): readonly string[] {
  const worst = worstVerdict([...gates, ...guards].map((judged) => judged.verdict));
  return policy?.composite !== undefined || worstVerdict([verdict, worst]) === verdict
    ? []
    : [`its verdict, ${verdict}, is milder than its own gates say: ${worst}`];
}

/** Where workflows and local actions lie, whose steps made the numbers. */
const MEASURED_BY = /^\.github\//;

async function editedWorkflows(runtime: Runtime, { number }: OpenPull): Promise<readonly string[]> {
  const { pullFiles } = await runtime.github();
  try {
    const edited = (await pullFiles.files(number)).filter(
      ({ path, previous }) => MEASURED_BY.test(path) || MEASURED_BY.test(previous ?? ''),
    );
    if (edited.length === 0) return [];
    const names = edited.slice(0, 5).map(({ path }) => path);
    return [`the pull request edits what measured it: ${names.join(', ')}`];
  } catch (error) {
    if (!isSurvivable(error)) throw error;
    return [`whether the pull request edits its workflows could not be seen: ${errorMessage(error)}`];
  }
}
