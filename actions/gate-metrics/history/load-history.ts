import { isSurvivable } from '../../lib/errors.ts';
import type { HistoryPoint } from '../../lib/policy/history.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { openHistory } from './history-branch.ts';

/** The branch that keeps the history, `undefined` when it is off, and what tells several gates apart. */
export interface HistoryInputs {
  readonly history: string | undefined;
  readonly commentKey: string;
}

/** The name under which a branch keeps the history of this gate. */
export const historyKey = ({ commentKey }: Pick<HistoryInputs, 'commentKey'>): string =>
  commentKey === '' ? 'gate-metrics' : commentKey;

/**
 * The judged commits of the default branch, oldest first, without this run's own point of an earlier attempt.
 *
 * @returns `undefined` when the history is off or, with a warning, cannot be read: then it is not known what came
 * before, and gates that ask for it must not hold for want of it; none for a branch that is not there yet
 */
export async function loadHistory(
  runtime: Runtime,
  inputs: HistoryInputs,
): Promise<readonly HistoryPoint[] | undefined> {
  const { history: branch } = inputs;
  if (branch === undefined) return undefined;
  try {
    const opened = await openHistory(runtime, branch);
    const { commit, run } = runtime.context.source;
    const points = (await opened?.points(historyKey(inputs))) ?? [];
    return points.filter((point) => run === 0 || point.run !== run || point.commit !== commit);
  } catch (error) {
    if (!isSurvivable(error)) throw error;
    runtime.log.warning(`history: the branch ${branch} cannot be read: ${error.message}`);
    return undefined;
  }
}
