import { isSurvivable } from '../lib/errors.ts';
import { type RetrainTrace, traceOf } from '../lib/registry/plan-retrain.ts';
import type { WriteResult } from '../runtime/github/github.ts';
import type { CaseFile } from './case-file.ts';

/** A request for retraining that is to be sent. */
export interface RetrainWish {
  readonly dedupeKey: string;
  /** What the training workflow is told. */
  readonly content: Readonly<Record<string, string>>;
}

/** What became of a request. `run` is `null` where GitHub does not say which run was started. */
export type RetrainSent =
  | { readonly kind: 'started'; readonly run: number | null }
  | { readonly kind: 'failed'; readonly reason: string };

type Trace = RetrainTrace | { readonly kind: 'unreadable'; readonly reason: string };

/** GitHub lists a run some seconds after it took the dispatch. */
const LOOKS_AFTER_MS = [1_000, 3_000, 6_000];
/** The clocks of the runner and of GitHub differ by seconds. */
const CLOCKS_DIFFER_MS = 60_000;

type Dispatched = WriteResult<{ readonly runId: number | undefined }>;

async function dispatch({ inputs, runtime }: CaseFile, content: RetrainWish['content']): Promise<Dispatched> {
  const { dispatches } = await runtime.github();
  if (inputs.retrain === 'repository_dispatch') {
    const sent = await dispatches.repository({ eventType: 'mlops-retrain', payload: content });
    return sent.kind === 'done' ? { ...sent, value: { runId: undefined } } : sent;
  }
  const { defaultBranch, source } = runtime.context;
  const ref = defaultBranch || source.ref.replace(/^refs\/heads\//, '');
  return dispatches.workflow({ workflow: inputs.retrainWorkflow, ref, inputs: content });
}

/** Looks among the runs since the newest request for the one that it started, by the key in their names. */
export async function traceOfRequest({ inputs, runtime, ledger }: CaseFile, key: string): Promise<Trace> {
  const { last } = ledger.state.retrain;
  const asked = last === null ? runtime.clock.now() : Date.parse(last);
  const since = new Date(asked - CLOCKS_DIFFER_MS).toISOString().replace(/\.\d+Z$/, 'Z');
  try {
    const { dispatches } = await runtime.github();
    const runs = await dispatches.started(
      inputs.retrain === 'repository_dispatch'
        ? { event: 'repository_dispatch', since }
        : { event: 'workflow_dispatch', workflow: inputs.retrainWorkflow, since },
    );
    return traceOf(ledger, key, runs);
  } catch (error) {
    if (!isSurvivable(error)) throw error;
    return { kind: 'unreadable', reason: error.message };
  }
}

/** Looks until there is a trace or it is too late for one. */
async function patientTrace(file: CaseFile, key: string): Promise<Trace> {
  let trace: Trace = { kind: 'none' };
  for (const wait of LOOKS_AFTER_MS) {
    await file.runtime.clock.sleep(wait);
    trace = await traceOfRequest(file, key);
    if (trace.kind === 'found' || trace.kind === 'unreadable') return trace;
  }
  return trace;
}

/** Why a trace does not tell whether training was started, for people. */
export function uncertainty(trace: Exclude<Trace, { kind: 'found' | 'none' }>): string {
  return trace.kind === 'unreadable'
    ? `its runs cannot be listed: ${trace.reason}`
    : `none of the ${trace.count} runs since has the dedupe_key in its name; give the workflow a run-name with it`;
}

/**
 * Sends a request. Where the reply is lost, the run that it may have started is looked for; where none was, it is sent
 * once more, and where that cannot be told, it is not.
 */
export async function sendRetraining(
  file: CaseFile,
  { dedupeKey, content }: RetrainWish,
): Promise<RetrainSent> {
  const first = await dispatch(file, content);
  if (first.kind !== 'unknown') return told(first);
  const trace = await patientTrace(file, dedupeKey);
  if (trace.kind === 'found') return { kind: 'started', run: trace.run };
  if (trace.kind !== 'none')
    return {
      kind: 'failed',
      reason: `${first.message}; whether it was started is not known: ${uncertainty(trace)}`,
    };
  const second = await dispatch(file, content);
  if (second.kind !== 'unknown') return told(second);
  const after = await patientTrace(file, dedupeKey);
  return after.kind === 'found'
    ? { kind: 'started', run: after.run }
    : { kind: 'failed', reason: second.message };
}

const told = (sent: Exclude<Dispatched, { kind: 'unknown' }>): RetrainSent =>
  sent.kind === 'done'
    ? { kind: 'started', run: sent.value.runId ?? null }
    : { kind: 'failed', reason: sent.message };
