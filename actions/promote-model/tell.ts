import type { PromotionDocument } from '../lib/documents/promotion.ts';
import { promotionAlert } from '../lib/registry/alert.ts';
import { eventId } from '../lib/registry/operation.ts';
import { sendAlert } from '../runtime/alerts/send-alert.ts';
import { ledgerUrl, type OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';

/** Endings that are news although the ledger has no word of them. */
const UNWRITTEN: ReadonlySet<string> = new Set(['refused', 'failed']);

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
  if (!isNews || inputs.dryRun || !inputs.notify.on.has(status)) return;
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
  await sendAlert(runtime, inputs.notify, promotionAlert(document, { id, message, links }));
}
