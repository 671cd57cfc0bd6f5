import { ActionError } from '../../lib/errors.ts';
import type { MetricsView } from '../../lib/policy/metrics-view.ts';
import { locateOne } from '../../runtime/locations.ts';
import { unzip } from '../../runtime/unzip.ts';
import { loadMetrics } from '../metrics/load-metrics.ts';
import { baselineOf } from './found-baseline.ts';
import { ifFound, type Place, type Search } from './search.ts';

/** Assets that hold an evaluation, the whole one before the numbers alone. */
const RELEASE_ASSETS = ['evaluation.zip', 'evaluate-model.zip', 'metrics.json'] as const;

/** The evaluation that a release keeps: an archive with the rows, or `metrics.json`. */
export const releaseAsset = (tag: string): Place => ({
  name: tag === 'latest' ? 'latest release' : `release ${tag}`,
  async look(search) {
    const { releases } = await search.runtime.github();
    const release = await ifFound(releases.get(tag));
    if (release === undefined) {
      search.note(this.name, 'there is none, or the token may not see it');
      return undefined;
    }
    const has = new Set(release.assets.map(({ name }) => name));
    const asset = RELEASE_ASSETS.find((name) => has.has(name));
    if (asset === undefined) {
      search.note(`release ${release.tag}`, `it has none of the assets ${RELEASE_ASSETS.join(', ')}`);
      return undefined;
    }
    const view = await loadAsset(search, `release:${release.tag}/${asset}`);
    return baselineOf({ view }, { origin: 'release' });
  },
});

/** The metrics of an asset; those of an archive are unpacked first. @throws ActionError as `loadMetrics` */
export async function loadAsset(
  { runtime, inputs: { format } }: Search,
  location: string,
): Promise<MetricsView> {
  if (!location.endsWith('.zip')) return loadMetrics(runtime, location, { format });
  const archive = await locateOne(runtime, location);
  const folder = await runtime.files.temporaryFolder('release');
  await unzip(await runtime.files.resolve(archive.path), await runtime.files.resolve(folder), location);
  try {
    return { ...(await loadMetrics(runtime, folder, { format })), location };
  } catch (error) {
    // Where it was unpacked is nothing that a reader could look at.
    if (!(error instanceof ActionError)) throw error;
    throw new ActionError(error.code, error.message.replaceAll(folder, location), { cause: error });
  }
}
