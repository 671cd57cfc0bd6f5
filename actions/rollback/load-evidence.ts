import { errorMessage } from '../lib/errors.ts';
import { type LoadedEvidence, loadEvidence } from '../runtime/evidence.ts';
import { type CaseFile, warn } from './case-file.ts';

/** The documents that caused this. That they cannot be read is a warning: traffic was switched by then. */
export async function loadCauses(file: CaseFile): Promise<readonly LoadedEvidence[]> {
  const found: LoadedEvidence[] = [];
  for (const location of file.inputs.evidence)
    try {
      found.push(...(await loadEvidence(file.runtime, [location])));
    } catch (error) {
      warn(file, `evidence ${location} could not be read: ${errorMessage(error)}`);
    }
  return [...new Map(found.map((one) => [one.digest, one])).values()];
}
