import { ActionError } from '../../lib/errors.ts';
import { accidentOf } from '../../lib/registry/chain.ts';
import { isStateOf, type LedgerState } from '../../lib/registry/state.ts';

/** What is wrong with `state.json` in itself; `undefined` if it can be read. */
export function stateFlaw(text: string): string | undefined {
  const accident = accidentOf(text);
  if (accident !== undefined) return accident;
  try {
    const value: unknown = JSON.parse(text);
    const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
    if (typeof version === 'number' && version > 1)
      return `has format ${version}: it was written by a newer version of the actions, use that one`;
    return version === 1 ? undefined : 'is not the state of a ledger';
  } catch {
    return 'is not JSON: it was edited or cut off';
  }
}

/**
 * The state that `state.json` claims, not proven by the events: enough to see whether anything is due.
 *
 * @param where - path for messages
 * @throws ActionError ledger-tampered for a text that is no state of this model
 */
export function claimedState(text: string, model: string, where: string): LedgerState {
  const flaw = stateFlaw(text);
  const value: unknown = flaw === undefined ? JSON.parse(text) : undefined;
  if (isStateOf(value, model)) return value;
  throw new ActionError('ledger-tampered', `${where} ${flaw ?? `is not the state of ${model}`}`);
}
