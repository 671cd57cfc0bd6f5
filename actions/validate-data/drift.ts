import type { Subject } from '../lib/documents/envelope.ts';
import type { ValidationDocument } from '../lib/documents/validation.ts';
import { compareProfiles } from '../lib/drift/compare-profiles.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import type { Loaded, LoadedReference } from './load.ts';
import { type Scan, scan } from './scan.ts';

/** How the data compares to its reference, and what the reference was. */
export interface Drift {
  readonly section: NonNullable<ValidationDocument['drift']>;
  readonly subject: Subject;
}

/** Compares the data with the reference; `undefined` without one. */
export async function measureDrift(
  runtime: Runtime,
  inputs: Inputs,
  loaded: Loaded,
  current: Scan,
): Promise<Drift | undefined> {
  if (loaded.reference === undefined) return undefined;
  const { name } = loaded.reference;
  const { digest, columns } = await readReference(runtime, inputs, loaded, loaded.reference);
  const results = compareProfiles(columns, current.profile, inputs.drift);
  return {
    section: { reference: name, severity: inputs.driftSeverity, ...inputs.drift, results },
    subject: { role: 'reference', name, digest },
  };
}

/** The columns of the reference: from its profile, or profiled now the way the data is. */
async function readReference(runtime: Runtime, inputs: Inputs, loaded: Loaded, reference: LoadedReference) {
  if (reference.kind === 'profile') return { digest: reference.digest, columns: reference.document.columns };
  const { digest, profile } = await scan(runtime, inputs, reference.files, loaded.contract?.object, []);
  return { digest, columns: profile };
}
