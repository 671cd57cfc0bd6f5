import type { PromotionDocument } from '../lib/documents/promotion.ts';
import { errorMessage } from '../lib/errors.ts';
import { type Alert, promotionAlert } from '../lib/registry/alert.ts';
import type { MirrorWishes } from '../lib/registry/events.ts';
import { eventId } from '../lib/registry/operation.ts';
import { environmentOf } from '../lib/registry/state.ts';
import { sendAlert } from '../runtime/alerts/send-alert.ts';
import { ledgerUrl, type OpenLedger } from '../runtime/ledger/open-ledger.ts';
import { notifyEntry } from '../runtime/mirrors/notify.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import { mirrorWishes } from './mirror-wishes.ts';

/** Endings that are news although the ledger has no word of them. */
const UNWRITTEN: ReadonlySet<string> = new Set(['refused', 'failed']);

/** By what names people may have asked for this news. */
const newsOf = ({ status, waitingFor }: PromotionDocument): readonly string[] =>
  waitingFor === 'approval' ? [status, 'approval'] : [status];

/** Tells people how it ended, where they asked for it. A look at a rollout that changed nothing is no news. */
export async function tell(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
  document: PromotionDocument,
  message: string,
): Promise<void> {
  const { status, version, environment, rolloutId } = document;
  const isNews = document.ledger.commit !== '' || UNWRITTEN.has(status);
  if (!isNews || inputs.dryRun) return;
  const wishes = mirrorWishes(inputs, await recordedWishes(inputs, ledger, rolloutId));
  if (!newsOf(document).some((news) => wishes.notifyOn.includes(news))) return;
  const id = eventId(ledger.operation, {
    type: 'rollout.completed',
    version: version ?? '',
    env: environment ?? '',
    data: { previous: null, warmUntil: null },
    step: `alert ${status} ${rolloutId ?? ''}`,
  });
  const links = {
    Run: runtime.context.runUrl,
    Ledger: ledgerUrl(runtime, inputs.ledgerBranch, inputs.modelName),
  };
  const alert = promotionAlert(document, { id, message, links });
  const format = wishes.notifyFormat;
  if (inputs.notify.url === '')
    await leaveToNext(runtime, ledger, notifyEntry(redacted(runtime, alert), version ?? '', format));
  else await sendAlert(runtime, { ...inputs.notify, format }, alert);
}

/** Whom a rollout that this step went on with is to tell; a step that begins one says so itself. */
async function recordedWishes(
  { operation, environment }: Inputs,
  { store }: OpenLedger,
  rolloutId: string | null,
): Promise<MirrorWishes | undefined> {
  if (operation === 'promote' || rolloutId === null) return undefined;
  const state = (await store.peek())?.state;
  const rollout = state && environmentOf(state, environment).rollout;
  return rollout?.id === rolloutId ? rollout.settings.mirrors : undefined;
}

const redacted = (runtime: Runtime, alert: Alert): Alert => ({
  ...alert,
  title: runtime.redact(alert.title),
  text: runtime.redact(alert.text),
  facts: alert.facts.map(({ name, value }) => ({ name, value: runtime.redact(value) })),
});

/** People are to be told, but this step does not know where: the next one that does tells them. */
async function leaveToNext(
  { log }: Runtime,
  { store }: OpenLedger,
  entry: ReturnType<typeof notifyEntry>,
): Promise<void> {
  log.warning(
    'nobody is told how this rollout stands yet: it was begun with a notify-url, which this step does not have. Give it notify-url, and it is told what waits.',
  );
  const { env, version } = entry;
  try {
    await store.append(() => ({
      drafts: [{ type: 'mirror.queued', env, version, data: { entries: [entry] }, step: entry.key }],
    }));
  } catch (error) {
    log.warning(`what people are to be told could not be recorded: ${errorMessage(error)}`);
  }
}
