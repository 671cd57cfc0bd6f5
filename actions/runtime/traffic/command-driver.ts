import type { TrafficSpec } from '../../lib/rollout/rollout.ts';
import type { CommandResult, Runtime } from '../runtime.ts';
import { readShare } from './read-share.ts';
import type { TrafficDriver, TrafficTarget } from './traffic-driver.ts';

/** What a program is told, in its environment and never on a command line that could be parsed. */
const variables = (target: TrafficTarget): Readonly<Record<string, string>> => ({
  MLOPS_MODEL: target.model,
  MLOPS_ENVIRONMENT: target.environment,
  MLOPS_VERSION: target.version,
  MLOPS_DIGEST: target.digest,
  MLOPS_URI: target.uri,
  MLOPS_WEIGHT: String(target.weight),
  MLOPS_PREVIOUS_VERSION: target.previous?.version ?? '',
  MLOPS_PREVIOUS_DIGEST: target.previous?.digest ?? '',
  MLOPS_PREVIOUS_URI: target.previous?.uri ?? '',
  MLOPS_FENCE: String(target.fence),
  MLOPS_IDEMPOTENCY_KEY: target.idempotencyKey,
});

const failureOf = (
  argv: readonly string[],
  { exitCode, stderr, timedOut }: CommandResult,
): string | undefined => {
  if (timedOut) return `${argv[0]} did not end in time`;
  const said = stderr.trim().split('\n').at(-1)?.slice(0, 300);
  return exitCode === 0 ? undefined : `${argv[0]} ended with ${exitCode}${said ? `: ${said}` : ''}`;
};

/** Switches traffic with programs of the user's: `set` changes it, `read` prints the share of the version. */
export function commandDriver(
  runtime: Runtime,
  spec: Extract<TrafficSpec, { driver: 'command' }>,
): TrafficDriver {
  const run = (argv: readonly string[], target: TrafficTarget) =>
    runtime.commands.run(argv, { env: variables(target), timeoutMs: spec.timeoutMs });
  return {
    async set(target) {
      const message = failureOf(spec.set, await run(spec.set, target));
      return message === undefined ? { kind: 'done' } : { kind: 'failed', message };
    },
    async read(target) {
      const result = await run(spec.read, target);
      const message = failureOf(spec.read, result);
      return message === undefined
        ? readShare(result.stdout, target.version)
        : { kind: 'unreadable', message };
    },
  };
}
