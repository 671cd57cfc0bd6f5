import { errorMessage } from '../lib/errors.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import { environmentOf, type LedgerState } from '../lib/registry/state.ts';
import { restoreBreakGlass, saveBreakGlass } from '../runtime/break-glass.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import { NO_CACHE } from '../runtime/no-cache.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { recordedRolloutFile } from './rollout-file.ts';

/** What a rollback needs while GitHub is down. Nothing depends on it here. */
export async function keepForOutages(
  runtime: Runtime,
  ledger: OpenLedger,
  known: Ledger,
  environment: string,
): Promise<void> {
  try {
    const { text, spec } = await recordedRolloutFile(ledger, environmentOf(known.state, environment).spec);
    await saveBreakGlass(runtime, known, environment, spec === null ? null : text);
  } catch (error) {
    runtime.log.debug(`nothing is kept for outages: ${errorMessage(error)}`);
  }
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Looks after what is kept: GitHub takes away what nobody has read for seven days, and models are promoted less often.
 * To read it is enough; where it is gone, or of an earlier change, it is kept anew. Ticks in the first hour of a day, by
 * UTC, do so: for all others it would be a request more for nothing.
 *
 * @param atRest - whether nothing is under way, so that the ledger may be read for it
 */
export async function refreshForOutages(
  runtime: Runtime,
  ledger: OpenLedger,
  state: LedgerState,
  { environment, atRest }: { readonly environment: string; readonly atRest: boolean },
): Promise<void> {
  const { current, fence } = environmentOf(state, environment);
  if (current === null || runtime.clock.now() % DAY_MS >= HOUR_MS) return;
  try {
    if ((await runtime.cache()) === NO_CACHE) return;
    const restored = await restoreBreakGlass(runtime, state.model, environment);
    const fresh = restored.kind === 'found' && restored.kept.fence === fence;
    if (fresh || !atRest) return;
    const reading = await ledger.store.read();
    if (reading.kind === 'sound') await keepForOutages(runtime, ledger, reading.ledger, environment);
  } catch (error) {
    runtime.log.debug(`what is kept for outages cannot be looked after: ${errorMessage(error)}`);
  }
}
