import type { Outcome, Runtime } from '../runtime/runtime.ts';
import { type Inputs, type Mode, readInputs } from './inputs.ts';

/** What each mode does, loaded when it is asked for. */
const MODES: Readonly<Record<Mode, (runtime: Runtime, inputs: Inputs) => Promise<Outcome>>> = {
  validate: async (runtime, inputs) => (await import('./validate.ts')).validate(runtime, inputs),
  profile: async (runtime, inputs) => (await import('./validate.ts')).validate(runtime, inputs),
  merge: async (runtime, inputs) => (await import('./merge.ts')).mergeShards(runtime, inputs),
  suggest: async (runtime, inputs) => (await import('./suggest.ts')).suggest(runtime, inputs),
  convert: async (runtime, inputs) => (await import('./convert.ts')).convert(runtime, inputs),
};

/** Is this data what the contract says, and is it still the data we know? */
export async function main(runtime: Runtime): Promise<Outcome> {
  const inputs = readInputs(runtime.input);
  return MODES[inputs.mode](runtime, inputs);
}
