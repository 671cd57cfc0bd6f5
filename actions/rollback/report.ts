import type { RollbackDocument } from '../lib/documents/rollback.ts';
import { bulletList, code, codeBlock, markdownText, sections, table } from '../lib/report/markdown.ts';

const SIGNS: Readonly<Record<RollbackDocument['status'], string>> = {
  'rolled-back': '↩️',
  noop: '➖',
  failed: '❌',
  planned: '📝',
};

/** The report on a rollback, as Markdown. */
export function rollbackReport(
  document: RollbackDocument,
  message: string,
  links: { readonly ledger: string },
): string {
  const { candidates, warnings, timeline, incident, retrain, ledger, pendingEvents } = document;
  return sections(
    `## ${SIGNS[document.status]} Model rollback: ${document.status}`,
    markdownText(message),
    warnings.length === 0 ? '' : `### Warnings\n\n${bulletList(warnings.map(markdownText))}`,
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
    ),
    `**Why:** ${markdownText(document.reason)}`,
    candidates.length === 0
      ? ''
      : `### Candidates\n\n${table(
          ['version', 'chosen', 'reason'],
          candidates.map(({ version, chosen, reason }) => [
            code(version),
            chosen ? 'yes' : 'no',
            markdownText(reason),
          ]),
        )}`,
    document.metrics.length === 0
      ? ''
      : `### What was watched\n\n${table(
          ['metric', 'last', 'verdict', 'reason'],
          document.metrics.map(({ analysis, name, last, verdict, reason }) => [
            code(`${analysis} / ${name}`),
            last === null ? 'no data' : String(last),
            verdict,
            markdownText(reason),
          ]),
        )}`,
    incident === null ? '' : `Incident: [${incident.number}](${incident.url}).`,
    `Retraining: ${retrain.skipped === '' ? `asked for${retrain.runId === null ? '' : `, run ${retrain.runId}`}` : markdownText(retrain.skipped)}.`,
    `### Timeline\n\n${bulletList(timeline.map(({ at, what }) => `${at}: ${markdownText(what)}`))}`,
    pendingEvents.length === 0
      ? ''
      : `### Events that are not in the ledger\n\n${codeBlock(JSON.stringify(pendingEvents, null, 2), 'json')}`,
    ledger.seq === 0
      ? ''
      : `Ledger: event ${ledger.seq}, ${code(ledger.head)}${links.ledger === '' ? '' : ` ([history](${links.ledger}))`}.`,
  );
}
