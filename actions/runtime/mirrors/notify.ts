import type { Alert } from '../../lib/registry/alert.ts';
import type { OutboxEntry } from '../../lib/registry/events.ts';
import { BOOLEAN, list, object, type Shape, TEXT } from '../../lib/registry/shape.ts';
import type { AlertFormat } from '../alerts/formats.ts';
import { sendAlert } from '../alerts/send-alert.ts';
import type { Runtime } from '../runtime.ts';
import { type Deliver, payloadOf } from './delivery.ts';

const ALERT = object({
  id: TEXT,
  at: TEXT,
  model: TEXT,
  environment: TEXT,
  status: TEXT,
  urgent: BOOLEAN,
  title: TEXT,
  text: TEXT,
  facts: list(object({ name: TEXT, value: TEXT })),
  links: list(object({ title: TEXT, url: TEXT })),
});
/** Texts of the ledger end at 65,536 characters. */
const LONGEST = 60_000;

/** News that a step had no address for, to be told by one that has. */
export function notifyEntry(alert: Alert, version: string, format: AlertFormat): OutboxEntry {
  const text = JSON.stringify(alert);
  return {
    key: `notify:${alert.id}`,
    kind: 'notify',
    env: alert.environment,
    version,
    payload: {
      format,
      alert: text.length <= LONGEST ? text : JSON.stringify({ ...alert, text: alert.status, facts: [] }),
    },
  };
}

/** Tells people what an earlier step could not, in the form that was asked for then. */
export const notifyMirror =
  (runtime: Runtime, target: { readonly url: string; readonly allowPrivateNetwork: boolean }): Deliver =>
  async (entry) => {
    const alert = alertIn(payloadOf(entry, 'alert'));
    if (alert === undefined) return { kind: 'failed', reason: `${entry.key} is no alert` };
    const sent = await sendAlert(runtime, { ...target, format: formatOf(entry) }, alert);
    return sent.kind === 'sent'
      ? { kind: 'done', reference: '' }
      : { kind: 'failed', reason: sent.kind === 'failed' ? sent.reason : 'there is no address' };
  };

function formatOf(entry: OutboxEntry): AlertFormat {
  const format = payloadOf(entry, 'format');
  return format === 'teams' || format === 'json' ? format : 'slack';
}

const fits = (value: unknown, shape: Shape): value is Alert => shape(value) === undefined;

function alertIn(text: string): Alert | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return fits(value, ALERT) ? value : undefined;
  } catch {
    return undefined;
  }
}
