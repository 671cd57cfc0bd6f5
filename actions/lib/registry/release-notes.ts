import type { Direction } from '../documents/metrics.ts';
import type { ManifestFile } from '../manifest.ts';
import {
  formatBytes,
  formatDifference,
  formatInterval,
  formatNumber,
  formatQuantity,
} from '../report/format-number.ts';
import { bulletList, code, details, markdownText, sections, table } from '../report/markdown.ts';
import type { MetricFact, VersionFacts } from './version-facts.ts';

/** What release notes and model cards are made of. */
export interface NotesFacts {
  readonly model: string;
  readonly candidate: VersionFacts;
  /** What serves in `environment` now, and what the candidate is compared with; `undefined` when nothing does. */
  readonly serving: VersionFacts | undefined;
  readonly environment: string;
  /** `https://github.com/acme/models`; empty when commits cannot be linked. */
  readonly repositoryUrl: string;
  /** What happened to the version, oldest first, as sentences of any text. */
  readonly history: readonly { readonly at: string; readonly text: string }[];
}

const FILES_SHOWN = 50;
const EVENTS_SHOWN = 30;

/** What is new in a version against what serves now, as Markdown. */
export const releaseNotes = (facts: NotesFacts): string =>
  sections(
    `# ${markdownText(facts.model)} ${facts.candidate.version}`,
    headline(facts),
    `## What changed\n\n${changesText(facts)}`,
    titled('## Metrics', metricsText(facts)),
    titled('## Evidence', evidenceText(facts)),
    titled('## Approval', approvalText(facts)),
    titled('## Files', filesText(facts)),
    historyText(facts) === '' ? '' : details('History', historyText(facts)),
  );

/** A title over a text; nothing over none. */
export const titled = (title: string, text: string): string => (text === '' ? '' : `${title}\n\n${text}`);

const headline = ({ candidate, serving, environment }: NotesFacts): string =>
  serving === undefined
    ? `The first version for ${markdownText(environment)}: nothing serves there yet. Digest ${code(candidate.digest)}.`
    : `Compared with ${serving.version} in ${markdownText(environment)}. Digest ${code(candidate.digest)}.`;

/** Commits, data and cause, as a list. */
export function changesText(facts: NotesFacts): string {
  const { candidate, serving } = facts;
  return bulletList([
    `Code: ${commitText(facts)}`,
    `Data: ${dataText(candidate, serving)}`,
    ...(candidate.cause === '' ? [] : [`Trained because of ${markdownText(candidate.cause)}`]),
    ...(serving?.digest === candidate.digest ? ['The bytes of the model are the same.'] : []),
  ]);
}

const short = (commit: string): string => (commit === '' ? 'no commit known' : code(commit.slice(0, 12)));
const isCommit = (commit: string): boolean => /^[0-9a-f]{40}$/.test(commit);

function commitText({ candidate, serving, repositoryUrl }: NotesFacts): string {
  const [to, from] = [candidate.commit, serving?.commit ?? ''];
  const linked = repositoryUrl !== '' && isCommit(to);
  if (serving === undefined) return linked ? `[${short(to)}](${repositoryUrl}/commit/${to})` : short(to);
  if (from === to && to !== '') return `the same commit, ${short(to)}`;
  const change = `${short(from)} → ${short(to)}`;
  return linked && isCommit(from) ? `[${change}](${repositoryUrl}/compare/${from}...${to})` : change;
}

function dataText({ dataDigest }: VersionFacts, serving: VersionFacts | undefined): string {
  const name = (digest: string | null): string => (digest === null ? 'data not known' : code(digest));
  if (serving === undefined) return name(dataDigest);
  if (dataDigest !== null && dataDigest === serving.dataDigest) return `the same, ${name(dataDigest)}`;
  return `${name(serving.dataDigest)} → ${name(dataDigest)}`;
}

/** Each metric of both versions with its interval, and whether the change is for the better; empty without metrics. */
export function metricsText({ candidate, serving }: NotesFacts): string {
  const before = new Map(serving?.metrics.map((metric) => [metric.name, metric]));
  const names = [...candidate.metrics.map(({ name }) => name), ...before.keys()];
  if (names.length === 0) return '';
  const after = new Map(candidate.metrics.map((metric) => [metric.name, metric]));
  const rows = [...new Set(names)].map((name) => {
    const [now, then] = [after.get(name), before.get(name)];
    const values = [code(name), valueText(now), valueText(then)];
    return serving === undefined
      ? values.slice(0, 2)
      : [...values, differenceText(now, then), judgement(now, then)];
  });
  const headers = ['metric', candidate.version];
  return serving === undefined
    ? table(headers, rows, ['left', 'right'])
    : table([...headers, serving.version, 'difference', ''], rows, [
        'left',
        'right',
        'right',
        'right',
        'left',
      ]);
}

const valueText = (metric: MetricFact | undefined): string =>
  metric === undefined
    ? '-'
    : `${formatNumber(metric.value)}${metric.interval === undefined ? '' : ` ${formatInterval(metric.interval)}`}`;

const differenceText = (now: MetricFact | undefined, then: MetricFact | undefined): string =>
  now === undefined || then === undefined ? '-' : formatDifference(now.value - then.value);

/**
 * By the comparison of the two where there is one. Otherwise they were hardly measured on the same rows: intervals that
 * overlap, or are not known, say that chance may be behind it.
 */
function judgement(now: MetricFact | undefined, then: MetricFact | undefined): string {
  if (then === undefined) return 'new';
  if (now === undefined) return 'not measured any more';
  const { value, interval, direction, difference } = now;
  if (value === then.value) return 'equal';
  if (direction === undefined) return '';
  if (difference !== undefined) {
    const within = `the difference is within ${formatInterval(difference)}`;
    return difference.low <= 0 && difference.high >= 0
      ? `no certain difference: ${within}`
      : `${verdictOf(difference.low > 0, direction)}: ${within}`;
  }
  if (interval === undefined || then.interval === undefined) return 'cannot be told: an interval is missing';
  const overlap = interval.low <= then.interval.high && then.interval.low <= interval.high;
  return overlap ? 'cannot be told: the intervals overlap' : verdictOf(value > then.value, direction);
}

const verdictOf = (higher: boolean, direction: Direction): string =>
  higher === (direction === 'higher') ? '**better**' : '**worse**';

/** The documents that spoke for the version; empty without any. */
export const evidenceText = ({ candidate }: NotesFacts): string =>
  candidate.evidence.length === 0
    ? ''
    : table(
        ['kind', 'verdict', 'made', 'digest'],
        candidate.evidence.map(({ kind, verdict, created, digest }) => [
          markdownText(kind),
          markdownText(verdict),
          markdownText(created),
          code(digest),
        ]),
      );

/** Who approved its rollouts; empty when nobody was asked. */
export const approvalText = ({ candidate }: NotesFacts): string =>
  candidate.approvers.length === 0 ? '' : `Approved by ${candidate.approvers.map(code).join(', ')}.`;

/** The files and their sizes, and which of them are new or other than those that serve; empty when not known. */
export function filesText({ candidate, serving }: NotesFacts): string {
  if (candidate.files.length === 0) return '';
  const before = new Map(serving?.files.map((file) => [file.path, file]));
  const compared = before.size > 0;
  const rows = candidate.files
    .slice(0, FILES_SHOWN)
    .map((file) => [
      code(file.path),
      formatBytes(file.size),
      ...(compared ? [fileChange(file, before.get(file.path))] : []),
    ]);
  const paths = new Set(candidate.files.map(({ path }) => path));
  const gone = [...before.keys()].filter((path) => !paths.has(path));
  const more = candidate.files.length - rows.length;
  const total = candidate.files.reduce((sum, { size }) => sum + size, 0);
  return sections(
    table(['file', 'size', ...(compared ? ['change'] : [])], rows, ['left', 'right']),
    more === 0 ? '' : `And ${formatQuantity(more, 'more file')}.`,
    candidate.files.length === 1 ? '' : `Together ${formatBytes(total)}.`,
    gone.length === 0
      ? ''
      : `No longer there: ${gone.slice(0, FILES_SHOWN).map(code).join(', ')}${gone.length > FILES_SHOWN ? ', …' : ''}.`,
  ).trim();
}

function fileChange(file: ManifestFile, before: ManifestFile | undefined): string {
  if (before === undefined) return 'new';
  if (before.sha256 === file.sha256) return 'same';
  const difference = file.size - before.size;
  if (difference === 0) return 'changed, of the same size';
  return `changed, ${formatBytes(Math.abs(difference))} ${difference > 0 ? 'larger' : 'smaller'}`;
}

/** The newest events of the version; empty without any. */
export function historyText({ history }: NotesFacts): string {
  const shown = history.slice(-EVENTS_SHOWN);
  const left = history.length - shown.length;
  return bulletList([
    ...(left === 0 ? [] : [`${formatQuantity(left, 'earlier event')}, in the ledger`]),
    ...shown.map(({ at, text }) => `${markdownText(at)}: ${markdownText(text)}`),
  ]);
}
