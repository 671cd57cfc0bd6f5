import { ActionError } from '../../lib/errors.ts';
import type { TrafficSpec } from '../../lib/rollout/traffic.ts';
import type { CommandResult, Runtime } from '../runtime.ts';
import { LINGER } from './linger.ts';
import { readShare } from './read-share.ts';
import type { TrafficDriver, TrafficTarget } from './traffic-driver.ts';

/** How `set` says that it has seen a higher fence. */
const FENCED_EXIT = 4;

/** What a program is told, in its environment and never on a command line that could be parsed. */
const variables = (target: TrafficTarget): Readonly<Record<string, string>> => ({
  MLOPS_MODEL: target.model,
  MLOPS_ENVIRONMENT: target.environment,
  MLOPS_VERSION: target.version,
  MLOPS_DIGEST: target.digest,
  MLOPS_URI: target.uri,
  MLOPS_WEIGHT: String(target.weight),
  MLOPS_SHADOW: String(target.shadow),
  MLOPS_DRAIN_SECONDS: String(target.drainSeconds),
  MLOPS_PREVIOUS_VERSION: target.previous?.version ?? '',
  MLOPS_PREVIOUS_DIGEST: target.previous?.digest ?? '',
  MLOPS_PREVIOUS_URI: target.previous?.uri ?? '',
  MLOPS_FENCE: String(target.fence),
  MLOPS_IDEMPOTENCY_KEY: target.idempotencyKey,
});

/** How a program ended: with what it printed, or with a message. */
type Ended =
  | { readonly kind: 'ok'; readonly stdout: string }
  | { readonly kind: 'fenced' | 'failed'; readonly message: string };

function endOf(argv: readonly string[], { exitCode, stdout, stderr, timedOut }: CommandResult): Ended {
  if (timedOut) return { kind: 'failed', message: `${argv[0]} did not end in time` };
  if (exitCode === 0) return { kind: 'ok', stdout };
  const said = stderr.trim().split('\n').at(-1)?.slice(0, 300);
  const message = `${argv[0]} ended with ${exitCode}${said ? `: ${said}` : ''}`;
  return { kind: exitCode === FENCED_EXIT ? 'fenced' : 'failed', message };
}

/**
 * Switches traffic with programs of the user's: `set` changes it, `read` prints the share of the version. `set` ends
 * with 0 when it is done and with 4 when it has seen a higher fence; anything else is a failure.
 */
export function commandDriver(
  runtime: Runtime,
  spec: Extract<TrafficSpec, { driver: 'command' }>,
): TrafficDriver {
  const run = async (argv: readonly string[], target: TrafficTarget, patience = {}): Promise<Ended> => {
    const options = { ...patience, env: variables(target), timeoutMs: spec.timeoutMs };
    try {
      return endOf(argv, await runtime.commands.run(argv, options));
    } catch (error) {
      // A program that cannot be started is as good as one that fails: what is read back decides.
      if (!(error instanceof ActionError)) throw error;
      return { kind: 'failed', message: error.message };
    }
  };
  return {
    async set(target) {
      const ended = await run(spec.set, target, LINGER);
      return ended.kind === 'ok' ? { kind: 'done' } : ended;
    },
    async read(target) {
      const ended = await run(spec.read, target);
      return ended.kind === 'ok'
        ? readShare(ended.stdout, target.version)
        : { kind: 'unreadable', message: ended.message };
    },
  };
}
