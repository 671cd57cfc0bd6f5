import { appendEvents, emptyLedger, type Ledger, ledgerPath } from '../../lib/registry/ledger.ts';
import { remember } from '../../lib/registry/memory.ts';
import { monthOfSeal, sealBefore } from '../../lib/registry/seal.ts';
import { blobName } from '../github/blob-name.ts';
import type { LedgerListing } from './ledger-listing.ts';

/**
 * Whether each seal, made anew from the events that it stands for, is what its event says and what lies there, to the
 * byte; `undefined` if all are.
 *
 * @param whole - all events, from the first on
 */
export function sealProblem({ events, seals }: LedgerListing, whole: Ledger): string | undefined {
  const { model } = whole.state;
  const blobs = new Map(seals);
  let before = emptyLedger(model);
  let from = 0;
  for (const [at, event] of whole.events.entries()) {
    if (event.type !== 'ledger.sealed') continue;
    const { month, file } = event.data;
    before = appendEvents(before, whole.events.slice(from, at));
    from = at;
    const path = ledgerPath.sealed(model, month);
    const made = sealBefore(
      event.ts,
      before,
      new Map([
        ...events.filter(([name]) => name <= ledgerPath.events(model, month)),
        ...seals.filter(([name]) => monthOfSeal(name) < month),
      ]),
    );
    if (made?.file.path !== path || made.digest !== file)
      return `${path}: event ${event.seq} seals something else than the events before it add up to`;
    if (blobName(made.file.content) !== blobs.get(path))
      return `${path}: it is not what event ${event.seq} sealed`;
    before = remember(before);
  }
  return undefined;
}
