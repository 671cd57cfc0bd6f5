import type { Policy } from '../lib/policy/policy.ts';
import { DEFAULT_BASELINE } from '../lib/policy/policy.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { findBaseline, findNamedBaselines } from './baseline/find-baseline.ts';
import { baselineOf, type FoundBaseline, NO_BASELINE } from './baseline/found-baseline.ts';
import { loadHistory } from './history/load-history.ts';
import type { Inputs } from './inputs.ts';
import type { Evidence } from './judge.ts';
import { type LoadedMetrics, loadCandidate } from './metrics/load-metrics.ts';
import { loadPolicies, type Policies } from './policy/load-policy.ts';
import { loadWaivers } from './policy/load-waivers.ts';

/** Everything a judgement needs, from wherever it is kept. */
export async function gather(
  runtime: Runtime,
  inputs: Inputs,
): Promise<{ readonly policies: Policies; readonly evidence: Evidence }> {
  const loaded = await loadCandidate(runtime, inputs.metrics, inputs);
  const { deciding, proposed, notes } = await loadPolicies(runtime, inputs, loaded.readyGates);
  const waivers = await loadWaivers(runtime, inputs, deciding);
  const history = await loadHistory(runtime, inputs);
  const asked = [deciding, ...(proposed ? [proposed] : [])].map(({ policy }) => policy);
  const baseline = await defaultBaseline(runtime, inputs, asked, loaded, deciding.path !== '');
  const baselines = new Map(asked.toReversed().flatMap((policy) => [...policy.baselines]));
  const named = await findNamedBaselines(runtime, inputs, { ...deciding.policy, baselines }, baseline);
  return {
    policies: { deciding, proposed, notes: [...notes, ...waivers.notes] },
    evidence: { candidate: loaded.view, baseline, named, history, waivers: waivers.granted },
  };
}

/**
 * What `auto` leads to is only looked for where it is needed: a gate compares with it, or a policy file is to guard a
 * pull request's evidence against becoming less. The candidate's own file may bring it along.
 */
async function defaultBaseline(
  runtime: Runtime,
  inputs: Inputs,
  policies: readonly Policy[],
  { embeddedBaseline }: LoadedMetrics,
  fromFile: boolean,
): Promise<FoundBaseline> {
  const [deciding] = policies;
  const guarded = runtime.context.pullRequest !== undefined && fromFile;
  if (inputs.baseline !== 'auto' || deciding === undefined)
    return findBaseline(runtime, inputs, deciding ?? { model: undefined });
  if (embeddedBaseline !== undefined)
    return { ...NO_BASELINE, baseline: baselineOf({ view: embeddedBaseline }, { origin: 'given' }) };
  const needed = policies.some(
    (policy) => comparesWithIt(policy) || (guarded && policy.evidence.noDowngrade.length > 0),
  );
  return needed ? findBaseline(runtime, inputs, deciding) : NO_BASELINE;
}

const comparesWithIt = ({ gates, baselines }: Policy): boolean =>
  gates.some(
    ({ versus }) =>
      versus?.kind === 'baseline' &&
      (versus.name === DEFAULT_BASELINE || baselines.get(versus.name) === 'auto'),
  );
