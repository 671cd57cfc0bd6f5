import { errorMessage } from '../../lib/errors.ts';
import { type Witness, witnessProblem } from '../../lib/registry/chain.ts';
import type { Runtime } from '../runtime.ts';
import type { LedgerReading, LedgerStore } from './ledger-store.ts';

const eventsOf = (reading: LedgerReading) => (reading.kind === 'absent' ? [] : reading.ledger.events);

/** The newest event of a model that deployments have seen; other models may share their environment. */
async function newestSeen(
  runtime: Runtime,
  model: string,
  environment: string | undefined,
): Promise<Witness | undefined> {
  const { deployments } = await runtime.github();
  const seen = (await deployments.payloads(environment)).flatMap(({ payload }) => {
    const { ledgerSeq: seq, ledgerHead: hash } = payload;
    return payload['model'] === model && typeof seq === 'number' && typeof hash === 'string'
      ? [{ seq, hash }]
      : [];
  });
  return seen.toSorted((a, b) => b.seq - a.seq)[0];
}

/**
 * Why the ledger contradicts the deployments of ours, whose payloads name an event that was in it: the branch was wound
 * back or rewritten, which its own chain cannot show. `undefined` when it does not, or nothing can be read.
 *
 * @param environment - whose deployments are asked; `undefined` for all
 */
export async function rewindProblem(
  runtime: Runtime,
  store: LedgerStore,
  reading: LedgerReading,
  { model, environment }: { readonly model: string; readonly environment: string | undefined },
): Promise<string | undefined> {
  try {
    const seen = await newestSeen(runtime, model, environment);
    if (seen === undefined) return undefined;
    const known = eventsOf(reading);
    const isSealed = seen.seq < (known.at(-1)?.seq ?? 0) && !known.some(({ seq }) => seq === seen.seq);
    return witnessProblem(isSealed ? eventsOf(await store.whole()) : known, seen);
  } catch (error) {
    const message = `deployments cannot be read as witnesses of the ledger, so that a branch that was wound back would not be noticed: ${errorMessage(error)}`;
    // Outside of a run there may be no GitHub to ask.
    runtime.log[runtime.context.source.run === 0 ? 'debug' : 'warning'](message);
    return undefined;
  }
}
