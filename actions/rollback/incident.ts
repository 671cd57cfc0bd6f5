import { errorMessage, isCancellation } from '../lib/errors.ts';
import { entryOf } from '../lib/registry/state.ts';
import { clipText } from '../lib/report/clip-text.ts';
import { cutMarkdown } from '../lib/report/limits.ts';
import {
  bulletList,
  code,
  codeBlock,
  details,
  markdownText,
  sections,
  table,
} from '../lib/report/markdown.ts';
import type { LoadedEvidence } from '../runtime/evidence.ts';
import { type CaseFile, record, say, warn } from './case-file.ts';
import { lineage } from './lineage.ts';

export interface Incident {
  readonly number: number;
  readonly url: string;
}

/** What happened to the bad version, as the title says it. */
const HAPPENED = {
  good: 'was rolled back in',
  sick: 'was rolled back to one that is not well in',
  failed: 'could not be rolled back in',
  drifted: 'needs retraining for',
} as const;

/** What an incident is about. */
interface IncidentFacts {
  readonly happened: keyof typeof HAPPENED;
  readonly from: string;
  /** The version that was put back; `null` where no traffic changed. */
  readonly to: string | null;
  /** In one sentence of Markdown. */
  readonly what: string;
  readonly evidence: readonly LoadedEvidence[];
}

/** GitHub takes 65,536 characters in an issue; the marker comes on top. */
const LIMIT = { maxCharacters: 59_000 };
const MOST_LINES = 100;
/** Of a line of the timeline. */
const MOST_OF_LINE = 500;
const MOST_DOCUMENTS = 5;
const MOST_OF_DOCUMENT = 6_000;

/** What is shortened is redacted before: half a secret is known to nobody. */
function evidenceText({ runtime }: CaseFile, evidence: readonly LoadedEvidence[]): string {
  if (evidence.length === 0) return '';
  const rows = evidence.map(({ location, kind, document, digest }) => [
    code(location),
    kind,
    document.verdict,
    code(digest),
  ]);
  const texts = evidence.slice(0, MOST_DOCUMENTS).map((one) => {
    const { location } = one;
    const text = runtime.redact(one.text);
    const more =
      text.length > MOST_OF_DOCUMENT
        ? '\n… (the whole document is in the artifact of the run that made it)'
        : '';
    return details(location, codeBlock(`${text.slice(0, MOST_OF_DOCUMENT)}${more}`, 'json'));
  });
  return sections('### Evidence', table(['document', 'kind', 'verdict', 'digest'], rows), ...texts);
}

const timelineText = ({ timeline, runtime }: CaseFile): string =>
  `### Timeline\n\n${bulletList(timeline.slice(-MOST_LINES).map(({ at, what }) => `${at}: ${markdownText(clipText(runtime.redact(what), MOST_OF_LINE))}`))}`;

function footer({ ledger, runtime }: CaseFile): string {
  const { runUrl } = runtime.context;
  return `Ledger head: ${code(ledger.state.head.hash)}${runUrl ? `. [Run](${runUrl})` : ''}.`;
}

/** The later parts are cut rather than refused. */
const cut = (markdown: string): string =>
  cutMarkdown(markdown, LIMIT, 'The whole report is in `rollback.json`, in the artifact of the run.');

const whyText = ({ inputs }: CaseFile): string => `**Why:** ${markdownText(inputs.reason)}`;

/** The body of a new incident, as Markdown. */
const incidentBody = (file: CaseFile, facts: IncidentFacts): string =>
  cut(
    sections(
      facts.what,
      whyText(file),
      timelineText(file),
      `### What differs\n\n${lineage(file, facts.from, facts.to)}`,
      footer(file),
      evidenceText(file, facts.evidence),
    ),
  );

/** What is added to an incident that is open already. */
const incidentUpdate = (file: CaseFile, facts: IncidentFacts): string =>
  cut(
    sections(facts.what, whyText(file), timelineText(file), footer(file), evidenceText(file, facts.evidence)),
  );

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

/** Opens the incident of the bad bytes in this environment, or adds to it; a failure here is a warning. */
export async function reportIncident(file: CaseFile, facts: IncidentFacts): Promise<Incident | null> {
  const { inputs, runtime } = file;
  if (inputs.incidentIssue === 'off') return null;
  const before = openedBefore(file);
  if (before !== undefined) return before;
  const bad = entryOf(file.ledger.state.versions, facts.from)?.digest ?? facts.from;
  try {
    const { issues } = await runtime.github();
    const result = await issues.upsert(
      {
        key: `mlops-incident ${inputs.modelName} ${inputs.environment} ${bad}`,
        title: `${inputs.modelName} ${facts.from} ${HAPPENED[facts.happened]} ${inputs.environment}`,
        body: runtime.redact(incidentBody(file, facts)),
        labels: inputs.incidentLabels,
      },
      runtime.redact(incidentUpdate(file, facts)),
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
    if (isCancellation(error)) throw error;
    warn(file, `the incident issue could not be written: ${errorMessage(error)}`);
  }
  return null;
}
