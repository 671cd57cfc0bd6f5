import { ActionError, errorMessage } from '../../lib/errors.ts';
import type { TrafficSpec } from '../../lib/rollout/traffic.ts';
import { parseJsonStrict } from '../../lib/schema/json.ts';
import type { Runtime } from '../runtime.ts';
import type { SetResult, TrafficDriver, TrafficReading, TrafficVersion } from './traffic-driver.ts';
import { type TrafficFile, trafficFileFor, trafficFileIn } from './traffic-file.ts';

const MAX_BYTES = 1024 * 1024;

/** What stands in the way of using the file, where something does. */
type Found =
  | { readonly kind: 'file'; readonly file: TrafficFile | undefined }
  | { readonly kind: 'unusable'; readonly message: string };

/**
 * Writes the wanted traffic into a JSON file of the workspace, which a later step of the job commits for the tool
 * that acts on it. Reading back is reading that file: that the cluster has followed is for the analysis to see.
 */
export function fileDriver(
  runtime: Runtime,
  { path }: Extract<TrafficSpec, { driver: 'file' }>,
): TrafficDriver {
  const { files } = runtime;

  async function find(): Promise<Found> {
    try {
      if (!(await files.exists(path))) return { kind: 'file', file: undefined };
      const { value } = parseJsonStrict(await files.readText(path, MAX_BYTES), path);
      const file = trafficFileIn(value);
      return file === undefined
        ? { kind: 'unusable', message: `${path}: is there and is not a traffic file; give another path` }
        : { kind: 'file', file };
    } catch (error) {
      return unusable(error);
    }
  }

  return {
    async set(target): Promise<SetResult> {
      const found = await find();
      if (found.kind === 'unusable') return { kind: 'failed', message: found.message };
      const before = found.file;
      if (
        before !== undefined &&
        (before.model !== target.model || before.environment !== target.environment)
      )
        return {
          kind: 'failed',
          message: `${path}: is about ${before.model} in ${before.environment}; each model and environment needs a file of its own`,
        };
      if (before !== undefined && before.fence > target.fence)
        return {
          kind: 'fenced',
          message: `${path}: has the fence ${before.fence}, which is above ${target.fence}`,
        };
      try {
        await files.write(path, `${JSON.stringify(trafficFileFor(target), null, 2)}\n`);
        return { kind: 'done' };
      } catch (error) {
        return { kind: 'failed', message: unusable(error).message };
      }
    },
    async read(target): Promise<TrafficReading> {
      const found = await find();
      if (found.kind === 'unusable') return { kind: 'unreadable', message: found.message };
      const { file } = found;
      if (file === undefined) return { kind: 'unreadable', message: `${path}: no such file` };
      return { kind: 'weight', weight: shareIn(file, target), shadow: undefined };
    },
  };
}

const isSame = (one: TrafficVersion | null, other: TrafficVersion): boolean =>
  one?.version === other.version && one.digest === other.digest;

const shareIn = ({ stable, canary }: TrafficFile, target: TrafficVersion): number => {
  const weight = canary?.weight ?? 0;
  if (isSame(canary, target)) return weight;
  return isSame(stable, target) ? 100 - weight : 0;
};

function unusable(error: unknown): { readonly kind: 'unusable'; readonly message: string } {
  if (!(error instanceof ActionError)) throw error;
  return { kind: 'unusable', message: errorMessage(error) };
}
