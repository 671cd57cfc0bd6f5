import { ActionError } from '../../lib/errors.ts';
import type { OutboxEntry } from '../../lib/registry/events.ts';
import type { WriteResult } from '../github/github.ts';
import type { Runtime } from '../runtime.ts';
import { type Deliver, type Delivery, payloadOf } from './delivery.ts';

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
    try {
      const said = await issues.comment(issue, text);
      if (said.kind !== 'done') return failed(issue, said);
      const closed = await issues.close(issue);
      return closed.kind === 'done' ? { kind: 'done', reference: said.value.url } : failed(issue, closed);
    } catch (error) {
      if (error instanceof ActionError && error.code === 'github-denied') return mayNot(issue);
      throw error;
    }
  };

const failed = (issue: number, result: Exclude<WriteResult<never>, { kind: 'done' }>): Delivery =>
  result.kind === 'refused' && result.status === 403
    ? mayNot(issue)
    : { kind: 'failed', reason: result.message };

/** Reading, commenting and closing are refused one by one: whoever is told of each alone adds the wrong permission first. */
const mayNot = (issue: number): Delivery => ({
  kind: 'failed',
  reason: `the token may not close incident #${issue}: add \`permissions: issues: write\` to the job, or close it by hand`,
});
