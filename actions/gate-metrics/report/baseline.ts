import type { GateBaseline, GateDocument, GateResult } from '../../lib/documents/gate.ts';
import { DEFAULT_BASELINE } from '../../lib/policy/policy.ts';
import { formatQuantity } from '../../lib/report/format-number.ts';
import { joined, shortCommit, userCode, userText } from './text.ts';

/** What is known of the run a report is made in. */
export interface Place {
  /** Where the run can be seen; empty outside GitHub. */
  readonly runUrl: string;
  /** The branch that a change goes into, or that was judged; empty when it is not known. */
  readonly baseBranch: string;
}

/** What was judged, and what it was compared with and how far away that is. */
export function introduction({ model, candidate, baseline }: GateDocument, place: Place): string {
  const name = model ? `**${userText(model.name)}**` : userText(candidate.location);
  const subject = joined([name, shortCommit(candidate.commit)], ' at ');
  if (baseline === null) return `${subject}, judged without a baseline.`;
  return `${subject} compared with ${baselineText(baseline, place)}, ${userText(baseline.basis, 400)}.`;
}

/** A baseline by its origin: `main` at `41d0e7c`, 3 commits before the merge base, run 812. */
export function baselineText(baseline: GateBaseline, place: Place): string {
  const branch = place.baseBranch === '' ? 'the base branch' : userCode(place.baseBranch);
  const location = userText(baseline.location);
  const commit = shortCommit(baseline.commit);
  const names: Readonly<Record<GateBaseline['origin'], string>> = {
    given: location,
    'merge-base': branch,
    ancestor: branch,
    'previous-run': branch,
    history: `the history of ${branch}`,
    release: location,
    production: `production (${location})`,
  };
  return joined(
    [joined([names[baseline.origin], commit], ' at '), distance(baseline), runOf(baseline, place)],
    ', ',
  );
}

/** The commit that a distance counts back from. */
const STANDS_FOR: Readonly<Record<GateBaseline['origin'], string>> = {
  given: 'the commit it stands for',
  'merge-base': 'the merge base',
  ancestor: 'the merge base',
  'previous-run': 'this commit',
  history: 'the merge base',
  release: 'this commit',
  production: 'this commit',
};

function distance({ origin, distance: commits }: GateBaseline): string {
  if (commits === undefined) return '';
  const from = STANDS_FOR[origin];
  return commits === 0 ? from : `${formatQuantity(commits, 'commit')} before ${from}`;
}

function runOf({ run }: GateBaseline, { runUrl }: Place): string {
  if (run === undefined) return '';
  return runUrl === '' ? `run ${run}` : `[run ${run}](${runUrl.replace(/\d+$/, String(run))})`;
}

/** Gates on the history or on a baseline of the policy's own want another thing. */
const awaitsBaseline = ({ status, against }: GateResult): boolean =>
  status === 'no-baseline' && (against === undefined || against === DEFAULT_BASELINE);

/** Where there is no baseline although gates want one: what is missing, where it was looked for and how to get it. */
export function noBaseline({ baseline, baselineSearch, gates }: GateDocument, { baseBranch }: Place): string {
  const waiting = gates.filter(awaitsBaseline).length;
  if (baseline !== null || waiting === 0) return '';
  const looked = (baselineSearch ?? []).map(
    ({ place, found }) => `- ${userText(place)}: ${userText(found, 320)}`,
  );
  const branch = baseBranch === '' ? 'the base branch' : userCode(baseBranch);
  const said = `**There is no baseline.** ${formatQuantity(waiting, 'gate')} ${waiting === 1 ? 'compares' : 'compare'} with one; limits are judged all the same.`;
  const remedy = `How to get one: let this workflow run on ${branch} once, with \`upload: true\`, and run this again. Or name one: \`baseline: release:latest\`, \`baseline: branch:<name>\` or the location of a metrics file.`;
  return joined(
    [said, looked.length === 0 ? '' : `Looked for it here:\n\n${looked.join('\n')}`, remedy],
    '\n\n',
  );
}
