import { errorMessage } from '../lib/errors.ts';
import { witnessProblem } from '../lib/registry/chain.ts';
import type { LedgerReading } from '../runtime/ledger/ledger-store.ts';
import type { Runtime } from '../runtime/runtime.ts';

const eventsOf = (reading: LedgerReading) => (reading.kind === 'absent' ? [] : reading.ledger.events);

/**
 * Why the ledger contradicts the newest deployment of ours, whose payload names an event that was in it: the branch
 * was wound back or rewritten, which its own chain cannot show. `undefined` when it does not, or nothing can be read.
 *
 * @param whole - reads all of the ledger, for an event so old that a seal left it out
 */
export async function rewindProblem(
  runtime: Runtime,
  model: string,
  environment: string,
  reading: LedgerReading,
  whole?: () => Promise<LedgerReading>,
): Promise<string | undefined> {
  try {
    const { deployments } = await runtime.github();
    const payload = (await deployments.payloads(environment))[0]?.payload;
    const { ledgerSeq: seq, ledgerHead: hash } = payload ?? {};
    if (payload?.['model'] !== model || typeof seq !== 'number' || typeof hash !== 'string') return undefined;
    const known = eventsOf(reading);
    const isLeftOut = seq < (known.at(-1)?.seq ?? 0) && !known.some((event) => event.seq === seq);
    return witnessProblem(isLeftOut && whole !== undefined ? eventsOf(await whole()) : known, { seq, hash });
  } catch (error) {
    runtime.log.debug(`deployments cannot be read as a witness of the ledger: ${errorMessage(error)}`);
    return undefined;
  }
}
