import type { RollbackDocument } from '../lib/documents/rollback.ts';
import { formatNumber, formatQuantity } from '../lib/report/format-number.ts';
import {
  bulletList,
  code,
  codeBlock,
  details,
  markdownText,
  sections,
  table,
} from '../lib/report/markdown.ts';

const SIGNS: Readonly<Record<RollbackDocument['status'], string>> = {
  'rolled-back': '↩️',
  noop: '➖',
  failed: '❌',
  planned: '📝',
  'retrain-only': '🔁',
};

/** A table under a title; nothing without rows. */
const titled = (title: string, headers: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : `### ${title}\n\n${table(headers, rows)}`;

const overview = (document: RollbackDocument): string =>
  table(
    ['model', 'environment', 'from', 'to', 'seconds to safe', 'quarantined'],
    [
      [
        code(document.model),
        code(document.environment),
        document.from === null ? '-' : code(document.from.version),
        document.to === null ? '-' : code(document.to.version),
        document.secondsToSafe === null ? '-' : document.secondsToSafe.toFixed(1),
        document.quarantined ? 'yes' : 'no',
      ],
    ],
  );

const candidates = (document: RollbackDocument): string =>
  titled(
    'Candidates',
    ['version', 'chosen', 'reason'],
    document.candidates.map(({ version, chosen, reason }) => [
      code(version),
      chosen ? '**yes**' : 'no',
      markdownText(reason),
    ]),
  );

/** Worth a table only where it took more than one version, or the one was not well. */
const attempts = ({ attempts }: RollbackDocument): string =>
  titled(
    'What was put back',
    ['version', 'outcome', 'reason'],
    (attempts.length > 1 || attempts[0]?.outcome !== 'good' ? attempts : []).map(
      ({ version, outcome, reason }) => [code(version), outcome, markdownText(reason)],
    ),
  );

const watched = ({ metrics }: RollbackDocument): string =>
  titled(
    'What was watched',
    ['metric', 'last', 'fails if', 'samples', 'failed (tolerated)', 'verdict', 'reason'],
    metrics.map((metric) => [
      code(`${metric.analysis} / ${metric.name}`),
      metric.last === null ? 'no data' : formatNumber(metric.last),
      metric.failIf === null ? '-' : code(metric.failIf),
      metric.samples === null ? '-' : formatNumber(metric.samples),
      `${metric.failed} (${metric.failureLimit})`,
      metric.verdict,
      markdownText(metric.reason),
    ]),
  );

const evidence = (document: RollbackDocument): string =>
  titled(
    'Evidence',
    ['document', 'kind', 'verdict'],
    document.evidence.map(({ location, kind, verdict }) => [code(location), kind, verdict]),
  );

function followed({ incident, retrain, alert }: RollbackDocument): string {
  const run = retrain.runId === null ? '' : `, run ${retrain.runId}`;
  return bulletList([
    incident === null ? 'Incident: none.' : `Incident: [${incident.number}](${incident.url}).`,
    `Retraining: ${retrain.skipped === '' ? `asked for${run}` : markdownText(retrain.skipped)}.`,
    ...(alert === 'off' ? [] : [`Alert: ${alert === 'sent' ? 'sent' : '**could not be sent**'}.`]),
  ]);
}

function pending({ pendingEvents }: RollbackDocument): string {
  if (pendingEvents.length === 0) return '';
  const events = codeBlock(JSON.stringify(pendingEvents, null, 2), 'json');
  return sections(
    `### ${formatQuantity(pendingEvents.length, 'event is', 'events are')} not in the ledger`,
    'Give `rollback.json` to promote-model with `operation: import`, and they are appended.',
    details('The events', events),
  );
}

/** The report on a rollback, as Markdown. */
export function rollbackReport(
  document: RollbackDocument,
  message: string,
  links: { readonly ledger: string },
): string {
  const { warnings, timeline, ledger } = document;
  const history = links.ledger === '' ? '' : ` ([history](${links.ledger}))`;
  return sections(
    `## ${SIGNS[document.status]} Model rollback: ${document.status}`,
    markdownText(message),
    warnings.length === 0 ? '' : `### Warnings\n\n${bulletList(warnings.map(markdownText))}`,
    overview(document),
    `**Why:** ${markdownText(document.reason)}`,
    candidates(document),
    attempts(document),
    watched(document),
    evidence(document),
    followed(document),
    `### Timeline\n\n${bulletList(timeline.map(({ at, what }) => `${at}: ${markdownText(what)}`))}`,
    pending(document),
    ledger.seq === 0 ? '' : `Ledger: event ${ledger.seq}, ${code(ledger.head)}${history}.`,
  );
}
