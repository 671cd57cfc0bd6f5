import { ActionError } from '../../lib/errors.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { parseLocation } from '../../runtime/locations.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { loadMetrics } from '../metrics/load-metrics.ts';
import { baselineOf, type FoundBaseline, NO_BASELINE } from './found-baseline.ts';
import { historyPoint } from './history-baseline.ts';
import { productionVersion } from './production-baseline.ts';
import { loadAsset, releaseAsset } from './release-baseline.ts';
import { branchRuns, runArtifacts } from './run-baseline.ts';
import { type BaselineInputs, type Place, Search } from './search.ts';

/** Where `auto` looks, in order: what is nearest to the change first. */
const EVERYWHERE: readonly Place[] = [runArtifacts, historyPoint, releaseAsset('latest'), productionVersion];
/** Outside GitHub, where only the clone can be asked. */
const IN_CLONE: readonly Place[] = [runArtifacts, historyPoint];

/**
 * The numbers to compare with, as the input `baseline` says.
 *
 * `auto` asks one place after the other with at most 45 requests to GitHub beside downloads, usually 4. What is not there (no run, an
 * expired artifact, no release) leads on to the next place; what cannot be asked or used (403, 5xx, HTML, an artifact
 * with two candidate files) is a warning, leads on as well, and makes the search `incomplete`. Of a place that the
 * user named, the latter is an error; what is not there is no baseline, with a notice, and a path is a mistake.
 *
 * @throws ActionError of a place that the user named: github-denied, github-unavailable, and as `loadMetrics`
 */
export async function findBaseline(
  runtime: Runtime,
  inputs: BaselineInputs,
  policy: Pick<Policy, 'model'>,
): Promise<FoundBaseline> {
  return findAt(runtime, inputs, policy, inputs.baseline);
}

/**
 * The further baselines that a policy names, by name. Equal locations are looked up once.
 *
 * @param found - what the input `baseline` led to
 * @throws ActionError as `findBaseline`
 */
export async function findNamedBaselines(
  runtime: Runtime,
  inputs: BaselineInputs,
  policy: Pick<Policy, 'model' | 'baselines'>,
  found: FoundBaseline,
): Promise<ReadonlyMap<string, FoundBaseline>> {
  const known = new Map([[inputs.baseline, found]]);
  const named = new Map<string, FoundBaseline>();
  for (const [name, location] of policy.baselines) {
    const baseline = known.get(location) ?? (await findAt(runtime, inputs, policy, location));
    known.set(location, baseline);
    named.set(name, baseline);
  }
  return named;
}

async function findAt(
  runtime: Runtime,
  inputs: BaselineInputs,
  { model }: Pick<Policy, 'model'>,
  text: string,
): Promise<FoundBaseline> {
  if (text === 'none') return NO_BASELINE;
  const named = namedPlace(text);
  const search = new Search(runtime, inputs, { model, strict: named !== undefined });
  const automatic = search.situation.kind === 'clone' ? IN_CLONE : EVERYWHERE;
  const found = await search.over(named === undefined ? automatic : [named]);
  if (found.baseline === undefined) sayNone(runtime, text, found);
  return found;
}

function sayNone(runtime: Runtime, text: string, { attempts, incomplete }: FoundBaseline): void {
  const looked = attempts.map(({ place, found }) => `${place}: ${found}`).join('; ');
  const message = `There is no baseline (${text}): ${looked}`;
  if (incomplete) runtime.log.warning(message);
  else runtime.log.notice(message);
}

/** The one place that a text names; `undefined` for `auto`. */
function namedPlace(text: string): Place | undefined {
  if (text === 'auto') return undefined;
  if (text === 'merge-base') return runArtifacts;
  if (text === 'production') return productionVersion;
  const branch = /^branch:(\S+)$/.exec(text)?.[1];
  if (branch !== undefined) return branchRuns(branch);
  const tag = /^release:([^\s/]+)$/.exec(text)?.[1];
  if (tag !== undefined) return releaseAsset(tag);
  return givenLocation(text);
}

/** Any location of the grammar. */
const givenLocation = (text: string): Place => ({
  name: text,
  async look(search) {
    const location = parseLocation(text);
    const { runtime, inputs } = search;
    try {
      const view =
        location.kind === 'release'
          ? await loadAsset(search, text)
          : await loadMetrics(runtime, text, { format: inputs.format });
      const run =
        location.kind === 'artifact' && location.from.kind === 'run' ? { run: location.from.run } : {};
      return baselineOf({ view }, { origin: 'given', ...run });
    } catch (error) {
      // Nothing was promised for a path: it is mistyped.
      if (location.kind === 'path' && error instanceof ActionError && error.code === 'not-found')
        throw new ActionError('invalid-input', `baseline: ${error.message}`, { cause: error });
      throw error;
    }
  },
});
