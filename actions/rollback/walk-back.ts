import type { AttemptReport } from '../lib/documents/rollback.ts';
import type { RollbackPlan } from '../lib/registry/plan-rollback.ts';
import { attemptsOf } from '../lib/registry/rollback-attempts.ts';
import { authorOf } from '../runtime/ledger/open-ledger.ts';
import { type CaseFile, say } from './case-file.ts';
import { findTarget, type Search, takeOver } from './find-target.ts';
import { readWay, type Way } from './read-rollout.ts';
import { type Switched, switchBack, unlessOvertaken } from './switch-back.ts';
import { watchOver } from './watch-over.ts';

/** A rollback that was carried out, whatever came of it. */
export interface Walk {
  /** The version that was to be replaced. */
  readonly from: string;
  /** The version that was put back last. */
  readonly to: string;
  readonly fence: number | undefined;
  readonly candidates: RollbackPlan['candidates'];
  readonly attempts: readonly AttemptReport[];
  readonly switched: Switched;
  readonly rollout: string | null;
}

/** What became of a wish: nothing was done (`stopped`, with why), or traffic was touched. */
type WalkResult =
  | { readonly kind: 'stopped'; readonly plan: RollbackPlan }
  | { readonly kind: 'walked'; readonly walk: Walk };

const newSearch = ({ inputs }: CaseFile): Search => ({
  wish: inputs.target,
  ifServing: inputs.ifServing,
  quarantine: inputs.quarantine,
  callersOf: undefined,
  unfit: new Map(),
  notes: new Map(),
  looked: new Set(),
});

/** Looks further back than a version that was put back and is not well, which is named and not put in quarantine. */
function lookFurther(
  search: Search,
  first: string,
  sick: { readonly to: string; readonly reason: string },
): void {
  search.wish = { kind: 'last-known-good' };
  search.quarantine = false;
  search.callersOf = first;
  search.ifServing = sick.to;
  search.unfit.set(first, 'is what is rolled back');
  search.unfit.set(sick.to, `was put back: ${sick.reason}`);
}

async function carryOut(
  file: CaseFile,
  plan: Extract<RollbackPlan, { kind: 'go' | 'switched' }>,
  way: Way,
): Promise<Switched> {
  if (plan.kind === 'go') return switchBack(file, plan, way);
  const { from, to, fence } = plan;
  return fence === undefined
    ? { outcome: 'good', reason: '', metrics: [], secondsToSafe: null }
    : unlessOvertaken(() => watchOver(file, { from, to, fence }, way));
}

/** Where a rollback has got to. */
interface Course {
  readonly search: Search;
  readonly attempts: AttemptReport[];
  /** The version that was to be replaced in the first place. */
  first: string | undefined;
  walk: Walk | undefined;
}

/** The beginning, or the place where an earlier attempt of this run was cut off. */
function setOut(file: CaseFile): Course {
  const { inputs, runtime, ledger } = file;
  const search = newSearch(file);
  const earlier = attemptsOf(ledger, { environment: inputs.environment, run: authorOf(runtime).run });
  const sick = earlier.filter(({ phase }) => phase === 'sick');
  const first = earlier[0]?.from;
  if (first !== undefined && inputs.onVerifyFailure === 'next-good' && sick.length < inputs.maxDepth)
    for (const one of sick) lookFurther(search, first, one);
  const attempts = sick.map(({ to, reason }) => ({ version: to, outcome: 'sick' as const, reason }));
  return { search, attempts, first, walk: undefined };
}

/** Whether another version may be put back, after one that is not well. */
function mayGoOn(file: CaseFile, { attempts }: Course): boolean {
  const { onVerifyFailure, maxDepth } = file.inputs;
  if (onVerifyFailure === 'stop') return false;
  const tried = new Set(attempts.filter(({ outcome }) => outcome === 'sick').map(({ version }) => version));
  if (tried.size < maxDepth) return true;
  say(file, `${tried.size} of at most ${maxDepth} versions were tried (max-depth); nothing more is put back`);
  return false;
}

/** Puts one version back; `undefined` when the next one is to be tried. */
async function takeTurn(file: CaseFile, course: Course): Promise<WalkResult | undefined> {
  const { search, attempts } = course;
  const found = await findTarget(file, search);
  if (found.kind === 'noop' || found.kind === 'refused' || file.inputs.dryRun)
    return ended(course.walk, found);
  const way = await readWay(file);
  const plan = await takeOver(file, search, found);
  if (plan.kind === 'noop' || plan.kind === 'refused') return ended(course.walk, plan);
  const { from, to, candidates, fence } = plan;
  course.first ??= from;
  const switched = await carryOut(file, plan, way);
  const { outcome, reason } = switched;
  if (outcome !== 'overtaken') attempts.push({ version: to, outcome, reason });
  const walk = { from: course.first, to, fence, candidates, attempts, switched, rollout: way.text };
  if (outcome !== 'sick' || !mayGoOn(file, course)) return { kind: 'walked', walk };
  course.walk = walk;
  lookFurther(search, course.first, { to, reason });
  return undefined;
}

/**
 * Puts the target back; where it turns out not to be well, the next good version, until one is or max-depth are tried.
 * A run that was cut off goes on where it was.
 */
export async function walkBack(file: CaseFile): Promise<WalkResult> {
  const course = setOut(file);
  for (;;) {
    const result = await takeTurn(file, course);
    if (result !== undefined) return result;
  }
}

/** Where no further version will do, what was done before counts, with why nothing else was found. */
function ended(walk: Walk | undefined, plan: RollbackPlan): WalkResult {
  if (walk === undefined) return { kind: 'stopped', plan };
  const reason = 'reason' in plan ? `${walk.switched.reason}; ${plan.reason}` : walk.switched.reason;
  return {
    kind: 'walked',
    walk: { ...walk, candidates: plan.candidates, switched: { ...walk.switched, reason } },
  };
}
