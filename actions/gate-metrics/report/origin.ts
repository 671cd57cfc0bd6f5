import { joined, userText } from './text.ts';
import { type Judged, verdictLine } from './verdict-line.ts';

/** The run of a pull request that a trusted run reports on, and what keeps its result from being believed. */
export interface Origin {
  readonly run: number;
  readonly runUrl: string;
  /** Why the result is not what the base branch's policy would have said, as sentences; empty when nothing is known against it. */
  readonly doubts: readonly string[];
}

/** The first line of a report on an untrusted run: a result that is in doubt is never told as a verdict. */
export function unverifiedLine(judged: Judged, { doubts }: Origin): string {
  const line = verdictLine(judged);
  if (doubts.length === 0) return line;
  return `Model gate unverified: its run says "${line.replace(/^Model gate /, '')}"`;
}

/** Whose numbers these are, in a frame that cannot be overlooked; empty for a run's own result. */
export function originText(origin: Origin | undefined): string {
  if (origin === undefined) return '';
  const { run, runUrl, doubts } = origin;
  const said = `The numbers come from [run ${run}](${runUrl}), which ran the code and the workflow of this pull request with a token that can only read. They are worth as much as that code is: look at it before you merge.`;
  if (doubts.length === 0) return `> [!NOTE]\n> ${said}`;
  const against = doubts.map((doubt) => `> - ${userText(doubt, 600)}`);
  return joined(['> [!CAUTION]', `> ${said} **This result is not verified:**`, '>', ...against], '\n');
}
