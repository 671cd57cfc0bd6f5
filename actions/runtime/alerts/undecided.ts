import { sha256 } from '../../lib/digest.ts';
import { ActionError, errorMessage, isCancellation } from '../../lib/errors.ts';
import type { Alert } from '../../lib/registry/alert.ts';
import { codeBlock, sections } from '../../lib/report/markdown.ts';
import type { Runtime } from '../runtime.ts';
import { type AlertTarget, sendAlert } from './send-alert.ts';

/** What a step is about, for those who hear that it could not decide. */
interface Undertaking {
  /** `the rollback of production`. */
  readonly what: string;
  readonly model: string;
  readonly environment: string;
  /** `undefined` where nobody wants to hear of it. */
  readonly notify: AlertTarget | undefined;
  readonly summary: boolean;
}

const textOf = (error: unknown): string =>
  error instanceof ActionError ? `${error.code}: ${error.message}` : errorMessage(error);

function alertOf(runtime: Runtime, { what, model, environment }: Undertaking, text: string): Alert {
  const { source, runUrl } = runtime.context;
  return {
    id: sha256([source.repository, source.run, source.action, what, text].join('\n')).slice(-32),
    at: runtime.clock.iso(),
    model,
    environment,
    status: 'error',
    urgent: true,
    title: `${model}: ${what} ended with an error`,
    text,
    facts: [],
    links: runUrl === '' ? [] : [{ title: 'Run', url: runUrl }],
  };
}

/** People hear of it and the summary tells it; whatever fails here is of no account beside the error itself. */
async function tell(runtime: Runtime, undertaking: Undertaking, error: unknown): Promise<void> {
  const text = runtime.redact(textOf(error));
  const { what, notify, summary } = undertaking;
  try {
    if (summary)
      await runtime.summary(sections(`## ❌ Error in ${what}`, 'Nothing was decided.', codeBlock(text, '')));
    if (notify !== undefined) await sendAlert(runtime, notify, alertOf(runtime, undertaking, text));
  } catch (trouble) {
    runtime.log.debug(`nobody could be told: ${errorMessage(trouble)}`);
  }
}

/**
 * Does the work of a step. Where it cannot decide, which leaves no document, people are told all the same: a rollback
 * that nobody hears of is one that nobody makes good by hand.
 *
 * @throws what the work throws
 */
export async function tellingErrors<T>(
  runtime: Runtime,
  undertaking: Undertaking,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isCancellation(error) && !runtime.signal.aborted) await tell(runtime, undertaking, error);
    throw error;
  }
}
