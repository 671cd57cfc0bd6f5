import { viewOfPoint } from '../../lib/history/history-point.ts';
import type { HistoryPoint } from '../../lib/policy/history.ts';
import { openHistory } from '../history/history-branch.ts';
import { historyKey } from '../history/load-history.ts';
import { MAX_ANCESTORS } from './commit-line.ts';
import { baselineOf } from './found-baseline.ts';
import type { Place } from './search.ts';

/** A point of the history branch: the numbers of a commit that passed, long after its artifacts expired. */
export const historyPoint: Place = {
  name: 'history branch',
  async look(search) {
    const { inputs, runtime } = search;
    if (inputs.history === undefined) {
      search.note('history branch', 'the input history is off');
      return undefined;
    }
    const opened = await openHistory(runtime, inputs.history);
    if (opened === undefined) {
      search.note('history branch', `there is no branch ${inputs.history} yet`);
      return undefined;
    }
    const self = runtime.context.source.run;
    const points = (await opened.points(historyKey(inputs))).filter(
      ({ run, verdict }) => verdict !== 'fail' && (run === 0 || run !== self),
    );
    const line = await search.line();
    const commits = line?.commits;
    const point = commits === undefined ? points.at(-1) : nearest(points, commits);
    if (point === undefined) {
      const among =
        commits === undefined ? '' : ` among ${commits[0]?.slice(0, 7)} and the ${MAX_ANCESTORS} before it`;
      search.note('history branch', `${inputs.history} has no commit of this gate that did not fail${among}`);
      return undefined;
    }
    const view = viewOfPoint(point, `history of ${inputs.history}`);
    const { commit, run } = point;
    const distance = line && line.commits.indexOf(commit) + line.distance;
    return baselineOf(
      { view },
      { origin: 'history', commit, run, ...(distance !== undefined && { distance }) },
    );
  },
};

/** The newest point of the first commit that has one. */
function nearest(points: readonly HistoryPoint[], commits: readonly string[]): HistoryPoint | undefined {
  const known = new Map(points.map((point) => [point.commit, point]));
  const commit = commits.find((one) => known.has(one));
  return commit === undefined ? undefined : known.get(commit);
}
