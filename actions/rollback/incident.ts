import type { EvidenceReport } from '../lib/documents/promotion.ts';
import { errorMessage } from '../lib/errors.ts';
import { entryOf, type VersionState } from '../lib/registry/state.ts';
import { bulletList, code, markdownText, sections, table } from '../lib/report/markdown.ts';
import { type CaseFile, record, say, warn } from './case-file.ts';

export interface Incident {
  readonly number: number;
  readonly url: string;
}

interface Facts {
  readonly from: string;
  readonly to: string;
  readonly evidence: readonly EvidenceReport[];
}

const numberText = (value: number | undefined): string => (value === undefined ? '-' : String(value));

/** What differs between the bad version and the restored one: commits, data, metrics. */
function lineage(file: CaseFile, { from, to }: Facts): string {
  const { versions } = file.ledger.state;
  const [bad, good] = [entryOf(versions, from), entryOf(versions, to)];
  const of = (
    version: VersionState | undefined,
    key: 'digest' | 'commit' | 'dataDigest' | 'registered',
  ): string => (version?.[key] ? code(version[key]) : '-');
  const names = [
    ...new Set([...Object.keys(bad?.metrics ?? {}), ...Object.keys(good?.metrics ?? {})]),
  ].sort();
  const { serverUrl, source } = file.runtime.context;
  const range =
    bad?.commit && good?.commit && source.repository
      ? `[Commits between them](${serverUrl}/${source.repository}/compare/${good.commit}...${bad.commit})`
      : '';
  return sections(
    table(
      ['', `bad: ${code(from)}`, `restored: ${code(to)}`],
      [
        ['model digest', of(bad, 'digest'), of(good, 'digest')],
        ['commit', of(bad, 'commit'), of(good, 'commit')],
        ['data digest', of(bad, 'dataDigest'), of(good, 'dataDigest')],
        ['registered', of(bad, 'registered'), of(good, 'registered')],
        ...names.map((name) => [
          code(name),
          numberText(entryOf(bad?.metrics ?? {}, name)),
          numberText(entryOf(good?.metrics ?? {}, name)),
        ]),
      ],
    ),
    range,
  );
}

/** The body of an incident, as Markdown. */
export function incidentBody(file: CaseFile, facts: Facts): string {
  const { inputs, runtime } = file;
  return sections(
    `${code(inputs.modelName)} in ${code(inputs.environment)} was rolled back from ${code(facts.from)} to ${code(facts.to)} (${inputs.trigger}).`,
    `**Why:** ${markdownText(inputs.reason)}`,
    `### Timeline\n\n${bulletList(file.timeline.map(({ at, what }) => `${at}: ${markdownText(what)}`))}`,
    facts.evidence.length === 0
      ? ''
      : `### Evidence\n\n${table(
          ['document', 'kind', 'verdict', 'digest'],
          facts.evidence.map(({ location, kind, verdict, digest }) => [
            code(location),
            kind,
            verdict,
            code(digest),
          ]),
        )}`,
    `### What differs\n\n${lineage(file, facts)}`,
    `Ledger head: ${code(file.ledger.state.head.hash)}${runtime.context.runUrl ? `. [Run](${runtime.context.runUrl})` : ''}.`,
  );
}

/** The incident that an earlier attempt of this run has opened or updated. */
function openedBefore(file: CaseFile): Incident | undefined {
  const { run, job } = { run: file.runtime.context.source.run, job: file.runtime.context.job };
  const event = file.ledger.events.findLast(
    (one) =>
      one.type === 'incident.opened' &&
      run > 0 &&
      one.run.id === run &&
      one.run.job === job &&
      one.env === file.inputs.environment,
  );
  return event?.type === 'incident.opened' ? { number: event.data.issue, url: event.data.url } : undefined;
}

/** Opens the incident of the bad version, or adds to it; a failure here is a warning. */
export async function reportIncident(file: CaseFile, facts: Facts): Promise<Incident | null> {
  const { inputs, runtime } = file;
  if (inputs.incidentIssue === 'off') return null;
  const before = openedBefore(file);
  if (before !== undefined) return before;
  const bad = entryOf(file.ledger.state.versions, facts.from)?.digest ?? facts.from;
  const body = incidentBody(file, facts);
  try {
    const { issues } = await runtime.github();
    const result = await issues.upsert(
      {
        key: `mlops-incident ${inputs.modelName} ${inputs.environment} ${bad}`,
        title: `${inputs.modelName} ${facts.from} was rolled back in ${inputs.environment}`,
        body,
        labels: inputs.incidentLabels,
      },
      body,
    );
    if (result.kind === 'done') {
      const { number, url } = result.value;
      say(file, `incident ${number} ${result.value.created ? 'opened' : 'updated'}`);
      await record(file, () => [
        {
          type: 'incident.opened',
          env: inputs.environment,
          version: facts.from,
          data: { issue: number, url },
          step: String(number),
        },
      ]);
      return { number, url };
    }
    warn(file, `the incident issue could not be written: ${result.message}`);
  } catch (error) {
    warn(file, `the incident issue could not be written: ${errorMessage(error)}`);
  }
  return null;
}
