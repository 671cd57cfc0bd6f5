import { entryOf, type VersionState } from '../lib/registry/state.ts';
import { formatInterval, formatNumber } from '../lib/report/format-number.ts';
import { code, markdownText, sections, table } from '../lib/report/markdown.ts';
import type { CaseFile } from './case-file.ts';

const MOST_METRICS = 40;

const value = (version: VersionState | undefined, name: string): string => {
  const found = entryOf(version?.metrics ?? {}, name);
  if (found === undefined) return '-';
  const interval = entryOf(version?.intervals ?? {}, name);
  const shown = formatNumber(found);
  return interval === undefined
    ? shown
    : `${shown} ${formatInterval({ low: interval[0], high: interval[1] })}`;
};

const codeOrDash = (text: string | null | undefined): string => (text ? code(text) : '-');
const textOrDash = (text: string | undefined): string => (text ? markdownText(text) : '-');

/** What differs between the bad version and the restored one, as Markdown: bytes, commits, data, metrics, people. */
export function lineage(file: CaseFile, from: string, to: string | null): string {
  const { versions } = file.ledger.state;
  const [bad, good] = [entryOf(versions, from), entryOf(versions, to ?? '')];
  const names = [
    ...new Set([...Object.keys(bad?.metrics ?? {}), ...Object.keys(good?.metrics ?? {})]),
  ].sort();
  const rows = [
    ['model digest', codeOrDash(bad?.digest), codeOrDash(good?.digest)],
    ['commit', codeOrDash(bad?.commit), codeOrDash(good?.commit)],
    ['data digest', codeOrDash(bad?.dataDigest), codeOrDash(good?.dataDigest)],
    ['registered', codeOrDash(bad?.registered), codeOrDash(good?.registered)],
    ['trained because of', textOrDash(bad?.cause), textOrDash(good?.cause)],
    ['approved by', textOrDash(bad?.approvers.join(', ')), textOrDash(good?.approvers.join(', '))],
    ...names.slice(0, MOST_METRICS).map((name) => [code(name), value(bad, name), value(good, name)]),
  ];
  const { serverUrl, source } = file.runtime.context;
  const range =
    bad?.commit && good?.commit && bad.commit !== good.commit && source.repository
      ? `[Commits between them](${serverUrl}/${source.repository}/compare/${good.commit}...${bad.commit})`
      : '';
  const more = names.length > MOST_METRICS ? `And ${names.length - MOST_METRICS} more metrics.` : '';
  const shown = to === null ? rows.map((row) => row.slice(0, 2)) : rows;
  const head = ['', `bad: ${code(from)}`, ...(to === null ? [] : [`target: ${code(to)}`])];
  return sections(table(head, shown), more, range);
}
