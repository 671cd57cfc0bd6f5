import { clipText } from '../report/clip-text.ts';
import { code, markdownText } from '../report/markdown.ts';
import { describeEvent } from './describe-event.ts';
import type { LedgerEvent } from './events.ts';
import { entryOf, type LedgerState, openRollout } from './state.ts';

/** The page is written anew with every commit: it does not grow with the ledger. */
const EVENTS_SHOWN = 200;
const VERSIONS_SHOWN = 50;

/** The types of events that tell the story; the rest is bookkeeping, to be read in the files of events. */
const TOLD: ReadonlySet<string> = new Set([
  'version.registered',
  'version.imported',
  'evidence.attached',
  'version.verified',
  'version.quarantined',
  'version.released',
  'rollout.requested',
  'rollout.incompatible',
  'rollout.approved',
  'rollout.step.applied',
  'rollout.step.failed',
  'rollout.paused',
  'rollout.resumed',
  'rollout.superseded',
  'rollout.aborted',
  'rollout.completed',
  'rollback.started',
  'rollback.completed',
  'rollback.failed',
  'incident.opened',
  'incident.closed',
  'retrain.dispatched',
  'ledger.imported',
]);

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function environmentRows(state: LedgerState): readonly string[] {
  return Object.entries(state.environments).map(([name, environment]) => {
    const { current, served } = environment;
    const rollout = openRollout(environment);
    const verified = entryOf(entryOf(state.versions, current ?? '')?.verified ?? {}, name);
    const underWay = rollout
      ? `${rollout.version}: ${rollout.weight} %, step ${rollout.step} of ${rollout.of}, ${rollout.phase}`
      : '';
    return row(
      name,
      current === null ? '' : code(current),
      verified === undefined ? 'no' : `since ${verified}`,
      markdownText(underWay),
      served[1] === undefined ? '' : code(served[1].version),
    );
  });
}

function versionRows(state: LedgerState): readonly string[] {
  return Object.entries(state.versions)
    .slice(-VERSIONS_SHOWN)
    .toReversed()
    .map(([version, { digest, registered, verified }]) => {
      const quarantine = entryOf(state.quarantine, digest);
      return row(
        code(version),
        `\`${digest}\``,
        registered,
        Object.keys(verified).join(', '),
        quarantine === undefined ? '' : `quarantined: ${markdownText(quarantine.reason)}`,
      );
    });
}

const newestOf = (shown: number, all: number, elsewhere: string): readonly string[] =>
  all > shown ? [`The newest ${shown}; ${elsewhere}.`, ''] : [];

/** Whether an event is part of the story that people read. */
export const isTold = ({ type }: LedgerEvent): boolean => TOLD.has(type);

/** The newest events that tell the story, as many as the page shows and one more, oldest first. */
export const toldEvents = (events: readonly LedgerEvent[]): readonly LedgerEvent[] =>
  events.filter(isTold).slice(-EVENTS_SHOWN - 1);

/** `README.md` of a model's folder: what serves, what is known, and the history, newest first. */
export function ledgerReadme(state: LedgerState, events: readonly LedgerEvent[]): string {
  const told = toldEvents(events);
  const history = told
    .slice(-EVENTS_SHOWN)
    .toReversed()
    .map((event) =>
      row(
        `${event.seq}`,
        event.ts,
        markdownText(event.actor),
        markdownText(clipText(describeEvent(event), 500)),
      ),
    );
  return [
    `# ${markdownText(state.model)}`,
    '',
    `Written by MLOps Actions at event ${state.head.seq}, \`${state.head.hash}\`. Do not edit: the files in events/ are the truth, those in sealed/ stand for the months before them, and every change of them shows.`,
    '',
    '## Environments',
    '',
    row('environment', 'serves', 'verified', 'rollout under way', 'before'),
    row('---', '---', '---', '---', '---'),
    ...environmentRows(state),
    '',
    '## Versions',
    '',
    ...newestOf(VERSIONS_SHOWN, Object.keys(state.versions).length, 'state.json has all of them'),
    row('version', 'digest', 'registered', 'verified in', 'note'),
    row('---', '---', '---', '---', '---'),
    ...versionRows(state),
    '',
    '## History',
    '',
    ...newestOf(EVENTS_SHOWN, told.length, 'the files in events/ have all of them'),
    row('event', 'when', 'who', 'what'),
    row('---', '---', '---', '---'),
    ...history,
    '',
  ].join('\n');
}
