import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';

const OF_BYTES = ['model', 'model-uri', 'model-digest', 'signature', 'cause', 'evidence', 'data-digest'];
const OF_BEGINNING = ['rollout', 'require-stage'];
const OF_BOTH = [...OF_BYTES, ...OF_BEGINNING, 'import'];

/** Inputs that an operation does nothing with; of those that have a default it cannot be told whether they were meant. */
const IGNORED: Readonly<Record<Inputs['operation'], readonly string[]>> = {
  promote: ['import'],
  register: [...OF_BEGINNING, 'import'],
  resume: OF_BOTH,
  approve: OF_BOTH,
  pause: OF_BOTH,
  abort: OF_BOTH,
  status: OF_BOTH,
  import: OF_BEGINNING,
  'verify-ledger': OF_BOTH,
};

/** Says which inputs were given for nothing: a rollout file that was edited meanwhile changes no rollout under way. */
export function warnOfIgnored({ input, log }: Runtime, { operation }: Inputs): void {
  const given = IGNORED[operation].filter((name) => (input(name)?.trim() ?? '') !== '');
  if (given.length > 0)
    log.warning(
      `operation ${operation} does nothing with the input ${given.join(', ')}: a rollout goes on by what it was begun with`,
    );
}
