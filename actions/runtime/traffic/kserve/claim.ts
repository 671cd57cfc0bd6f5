import type { Runtime } from '../../runtime.ts';
import type { SetResult, TrafficTarget } from '../traffic-driver.ts';
import type { Answer } from './kubernetes.ts';
import type { FoundRecord, RevisionModels, TrafficRecord } from './traffic-record.ts';

const TRIES = 6;
const FIRST_WAIT_MS = 250;

/** How one try went; `again`: it starts from what is there now. */
export type Try = SetResult | Extract<Answer, { kind: 'again' }>;

/** What every way of switching traffic in a cluster needs. */
export interface Cluster {
  readonly runtime: Runtime;
  readonly record: {
    read(): Promise<FoundRecord>;
    write(record: TrafficRecord): Promise<Answer>;
  };
  /** How long a revision or a member may take to become ready. */
  readonly timeoutMs: number;
}

/** Tries until it is decided: every try reads first, so that one whose answer was lost is found done by the next. */
export async function untilDecided(runtime: Runtime, attempt: () => Promise<Try>): Promise<SetResult> {
  for (let tries = 1; ; tries++) {
    const result = await attempt();
    if (result.kind !== 'again') return result;
    if (tries >= TRIES) return { kind: 'failed', message: `${result.message} (tried ${tries} times)` };
    runtime.log.debug(`${result.message}; trying again`);
    await runtime.clock.sleep(FIRST_WAIT_MS * 2 ** (tries - 1));
  }
}

/**
 * Notes the fence before a change of an object that was read earlier. Whoever has a lower fence then finds this one, or
 * finds that the object has changed and looks again. `undefined` when the change may be made.
 */
export async function claim(
  { record }: Pick<Cluster, 'record'>,
  before: TrafficRecord,
  target: TrafficTarget,
  models: RevisionModels,
): Promise<Exclude<Try, { kind: 'done' }> | undefined> {
  if (before.fence > target.fence)
    return {
      kind: 'fenced',
      message: `the cluster has seen the fence ${before.fence}, which is above ${target.fence}`,
    };
  if (before.fence === target.fence && before.models === models) return undefined;
  const written = await record.write({ ...before, fence: target.fence, models });
  if (written.kind === 'object') return undefined;
  if (written.kind === 'absent')
    return { kind: 'again', message: 'the namespace or the ConfigMap with the fence is gone' };
  return written;
}

/** Looks every second until a state is reached. @returns whether it was in time */
export async function waitFor(
  { runtime: { clock }, timeoutMs }: Pick<Cluster, 'runtime' | 'timeoutMs'>,
  reached: () => Promise<boolean>,
): Promise<boolean> {
  const last = clock.now() + timeoutMs;
  while (!(await reached())) {
    if (clock.now() >= last) return false;
    await clock.sleep(1_000);
  }
  return true;
}
