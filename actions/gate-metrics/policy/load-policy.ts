import { canonicalJson, type Digest, sha256 } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import { uncovered, withGates } from '../../lib/policy/composite.ts';
import { DEFAULT_POLICY, type Gate, type Policy } from '../../lib/policy/policy.ts';
import { policyEdits } from '../../lib/policy/policy-edit.ts';
import { formatQuantity } from '../../lib/report/format-number.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { InlineGate, Inputs } from '../inputs.ts';
import { repositoryPath } from '../paths.ts';
import { fileAt } from './policy-at.ts';

/** A policy with the inline gates added, and where it came from. */
export interface AppliedPolicy {
  readonly policy: Policy;
  /** Empty when there is no policy file. */
  readonly path: string;
  /** `base`, `head` or the ref the user named; empty without a file. */
  readonly ref: string;
  readonly commit: string;
  readonly digest: Digest;
  readonly inlineGates: number;
}

/** The policy that decides, and the pull request's own where that is another one. */
export interface Policies {
  readonly deciding: AppliedPolicy;
  readonly proposed: AppliedPolicy | undefined;
  readonly notes: readonly string[];
}

/** The text of a policy file and where it was read. */
interface PolicyText {
  readonly text: string | undefined;
  readonly ref: string;
  readonly commit: string;
}

/**
 * The gates to apply. On a pull request the policy of its base branch decides, so that a change cannot relax its
 * own gate; where it edits the policy, the edited one is loaded beside it.
 *
 * @param tested - gates that stand for tests of another tool in the candidate's file; a gate of the same id that the
 * team wrote itself comes before them
 * @throws ActionError invalid-input when there is nothing to judge by; invalid-file for a broken policy
 */
export async function loadPolicies(
  runtime: Runtime,
  inputs: Inputs,
  tested: readonly Gate[],
): Promise<Policies> {
  const head = await headText(runtime, inputs.policy);
  const { deciding, notes } = await decidingText(runtime, inputs, head);
  const edited = deciding.ref === 'base' && head.text !== undefined && head.text !== deciding.text;
  const decides = await applied(deciding, inputs, tested);
  const proposed = edited ? await applied(head, inputs, tested) : undefined;
  return {
    deciding: decides,
    proposed,
    notes: [...notes, ...testNotes(tested), ...(proposed ? editNote(decides, proposed) : [])],
  };
}

/** More than this many edits of a policy are counted, not told. */
const EDITS_TOLD = 12;

function editNote({ policy: base }: AppliedPolicy, { policy: head, path }: AppliedPolicy): readonly string[] {
  const edits = policyEdits(base, head);
  if (edits.length === 0) return [];
  const more = edits.length > EDITS_TOLD ? `; and ${edits.length - EDITS_TOLD} more` : '';
  return [`This pull request edits ${path}: ${edits.slice(0, EDITS_TOLD).join('; ')}${more}`];
}

const testNotes = (tested: readonly Gate[]): readonly string[] =>
  tested.length === 0
    ? []
    : [`${formatQuantity(tested.length, 'gate')} stand for tests that the metrics' own tool decided.`];

async function headText(runtime: Runtime, path: string): Promise<PolicyText> {
  const exists = await runtime.files.exists(path);
  return {
    text: exists ? await runtime.files.readText(path) : undefined,
    ref: exists ? 'head' : '',
    commit: runtime.context.source.commit,
  };
}

async function decidingText(
  runtime: Runtime,
  { policy: path, policyRef }: Inputs,
  head: PolicyText,
): Promise<{ readonly deciding: PolicyText; readonly notes: readonly string[] }> {
  if (policyRef === 'head') return { deciding: head, notes: [] };
  const base = runtime.context.pullRequest?.baseSha;
  if (policyRef === 'base' && base === undefined) return { deciding: head, notes: [] };
  const inside = repositoryPath(path);
  if (inside === undefined)
    return {
      deciding: head,
      notes: [`The policy ${path} lies outside the repository, so it was used as it is on this machine.`],
    };
  const found = await fileAt(runtime, policyRef === 'base' ? (base ?? '') : policyRef, inside);
  if (found.text !== undefined) {
    const removed = policyRef === 'base' && head.text === undefined;
    return {
      deciding: { text: found.text, ref: policyRef, commit: found.commit },
      notes: removed ? [`This pull request removes ${path}; the base branch's decides.`] : [],
    };
  }
  if (policyRef !== 'base')
    throw new ActionError('not-found', `policy-ref: there is no ${path} at ${policyRef} (${found.commit})`);
  const notes =
    head.text === undefined
      ? []
      : [`${path} does not exist on the base branch yet, so the pull request's own was used.`];
  return { deciding: head, notes };
}

async function applied(
  { text, ref, commit }: PolicyText,
  inputs: Inputs,
  tested: readonly Gate[],
): Promise<AppliedPolicy> {
  const { policy: path, gates: inline } = inputs;
  if (text === undefined && inline.length === 0 && tested.length === 0)
    throw new ActionError(
      'invalid-input',
      `nothing to judge by: there is no ${path}, and the input gates is empty; write one of the two, for example gates: "accuracy >= 0.9"`,
    );
  const file = text === undefined ? DEFAULT_POLICY : await parse(text, path);
  const taken = new Set(file.gates.map(({ id }) => id));
  const twice = inline.find(({ gate }) => taken.has(gate.id));
  if (twice)
    throw new ActionError(
      'invalid-input',
      `gates: "${twice.gate.id}" is the id of a gate in ${path} already`,
    );
  const own = new Set([...taken, ...inline.map(({ gate }) => gate.id)]);
  const beside = [...inline.map(({ gate }) => gate), ...tested.filter(({ id }) => !own.has(id))];
  return {
    policy: {
      ...file,
      gates: [...file.gates, ...beside],
      composite: file.composite && withGates(file.composite, uncovered(file.composite.condition, beside)),
    },
    path: text === undefined ? '' : path,
    ref: text === undefined ? '' : ref,
    commit: text === undefined ? '' : commit,
    digest: policyDigest(text, inline),
    inlineGates: inline.length,
  };
}

/** The parsers are only loaded by a step that has a policy file. */
const parse = async (text: string, path: string): Promise<Policy> =>
  (await import('../../lib/policy/parse-policy.ts')).parsePolicy(text, path);

/** The digest of the file itself, or of the file and the inline gates together. */
const policyDigest = (text: string | undefined, inline: readonly InlineGate[]): Digest =>
  text !== undefined && inline.length === 0
    ? sha256(text)
    : sha256(canonicalJson({ policy: text ?? null, gates: inline.map((gate) => gate.text) }));
