import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { openCase, say } from './case-file.ts';
import { followUp } from './follow-up.ts';
import type { Inputs } from './inputs.ts';
import { readLedger } from './read-ledger.ts';
import { type RollbackResult, withoutEffect } from './result.ts';
import { retrainOnly } from './retrain-only.ts';
import { walkBack } from './walk-back.ts';

/** Finds the version to go back to, switches, and does what follows from it. */
export async function rollBack(runtime: Runtime, inputs: Inputs, open: OpenLedger): Promise<RollbackResult> {
  const file = openCase(runtime, inputs, open);
  const wish = inputs.retrainOnly ? 'retraining for' : 'rollback of';
  say(file, `${wish} ${inputs.environment} was asked for: ${inputs.reason}`);
  await readLedger(file);
  if (inputs.retrainOnly) return retrainOnly(file);
  const result = await walkBack(file);
  return result.kind === 'stopped' ? withoutEffect(file, result.plan) : followUp(file, result.walk);
}
