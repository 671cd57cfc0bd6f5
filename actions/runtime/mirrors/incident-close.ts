import type { OutboxEntry } from '../../lib/registry/events.ts';
import type { Runtime } from '../runtime.ts';
import { type Deliver, payloadOf } from './delivery.ts';

/** The wish that an incident is closed, since a version has passed its whole rollout. */
export const incidentEntry = (
  issue: number,
  about: { readonly model: string; readonly env: string; readonly version: string },
): OutboxEntry => ({
  key: `incident-close:${issue}`,
  kind: 'incident-close',
  env: about.env,
  version: about.version,
  payload: { model: about.model, issue: String(issue) },
});

/** Says in an incident which promotion ended it, and closes it. */
export const incidentMirror =
  (runtime: Runtime): Deliver =>
  async (entry) => {
    const issue = Number(payloadOf(entry, 'issue'));
    if (!Number.isSafeInteger(issue) || issue < 1)
      return { kind: 'failed', reason: `${entry.key} names no issue` };
    const { issues } = await runtime.github();
    const text = `${payloadOf(entry, 'model')} ${entry.version} has passed its whole rollout to ${entry.env}. This ends the incident.`;
    const said = await issues.comment(issue, text);
    if (said.kind !== 'done') return { kind: 'failed', reason: said.message };
    const closed = await issues.close(issue);
    return closed.kind === 'done'
      ? { kind: 'done', reference: said.value.url }
      : { kind: 'failed', reason: closed.message };
  };
