import type { PromotionDocument } from '../documents/promotion.ts';
import type { RollbackDocument } from '../documents/rollback.ts';

/** Something that people are told of at once. All texts are of unknown origin: formats must show them and no more. */
export interface Alert {
  /** The same for the same news; receivers tell a repeat by it. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly model: string;
  readonly environment: string;
  /** `rolled-back`, `paused`, …: the status of the document. */
  readonly status: string;
  /** Whether somebody has to do something. */
  readonly urgent: boolean;
  readonly title: string;
  readonly text: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

interface About {
  readonly id: string;
  /** The sentence that the step ends with. */
  readonly message: string;
  /** Web addresses; those that are empty fall away. */
  readonly links: Readonly<Record<string, string>>;
}

const links = (given: Readonly<Record<string, string>>) =>
  Object.entries(given)
    .filter(([, url]) => url !== '')
    .map(([title, url]) => ({ title, url }));

const facts = (given: Readonly<Record<string, string | null | undefined>>) =>
  Object.entries(given).flatMap(([name, value]) => (value ? [{ name, value }] : []));

/** The alert about a rollback. */
export const rollbackAlert = (document: RollbackDocument, about: About): Alert => ({
  id: about.id,
  at: document.created,
  model: document.model,
  environment: document.environment,
  status: document.status,
  urgent: document.status !== 'noop' && document.status !== 'planned',
  title: `${document.model}: rollback of ${document.environment} ${document.status}`,
  text: about.message,
  facts: facts({
    Why: document.reason,
    From: document.from?.version,
    To: document.to?.version,
    'Seconds to safe': document.secondsToSafe?.toFixed(1),
    Retraining: document.retrain.skipped === '' ? 'asked for' : document.retrain.skipped,
    Warnings: document.warnings.join('; '),
  }),
  links: links({ ...about.links, Incident: document.incident?.url ?? '' }),
});

const QUIET: ReadonlySet<string> = new Set(['registered', 'completed', 'waiting', 'noop', 'running']);

const awaitsPeople = ({ waitingFor }: PromotionDocument): boolean => waitingFor === 'approval';

/** The alert about a promotion. */
export const promotionAlert = (document: PromotionDocument, about: About): Alert => ({
  id: about.id,
  at: document.created,
  model: document.model,
  environment: document.environment ?? '',
  status: document.status,
  urgent: !QUIET.has(document.status) || awaitsPeople(document),
  title: `${document.model} ${document.version ?? ''}: ${awaitsPeople(document) ? 'waits for approval' : document.status}${document.environment === null ? '' : ` in ${document.environment}`}`,
  text: about.message,
  facts: facts({
    Version: document.version,
    Before: document.previousVersion,
    Step: document.of === 0 ? undefined : `${document.step} of ${document.of}`,
    Traffic: document.of === 0 ? undefined : `${document.weight} %`,
    Reasons: document.reasons.join('; '),
  }),
  links: links(about.links),
});
