import { type Digest, sha256 } from '../lib/digest.ts';
import { ActionError } from '../lib/errors.ts';
import { didYouMean } from '../lib/nearest-name.ts';
import { ledgerPath } from '../lib/registry/ledger.ts';
import { environmentOf } from '../lib/registry/state.ts';
import { parseRollout } from '../lib/rollout/parse-rollout.ts';
import { type AnalysisSpec, DIRECT_ROLLOUT, type Rollout } from '../lib/rollout/rollout.ts';
import { locateOne } from '../runtime/locations.ts';
import type { CaseFile } from './case-file.ts';

const MAX_BYTES = 1024 * 1024;

/** How traffic is switched and watched here. */
export interface Way {
  readonly rollout: Rollout;
  /** Text of the rollout file; `null` where there is none. */
  readonly text: string | null;
  /** What is watched after the switch. */
  readonly verify: readonly AnalysisSpec[];
}

async function recordedRollout(file: CaseFile, spec: Digest): Promise<string> {
  const path = ledgerPath.rollout(file.inputs.modelName, spec);
  const bytes = await file.open.store.readFile(path);
  if (bytes === undefined)
    throw new ActionError(
      'not-found',
      `${path}: the recorded rollout file is gone; give one in the input rollout`,
    );
  if (sha256(bytes) !== spec)
    throw new ActionError(
      'digest-mismatch',
      `${path}: is not the file that was recorded; give one in the input rollout`,
    );
  return new TextDecoder().decode(bytes);
}

/** The file of the input, else the one of the environment's newest rollout. */
async function findText(file: CaseFile): Promise<{ readonly text: string; readonly where: string } | null> {
  const { runtime, inputs } = file;
  if (inputs.rollout !== undefined) {
    const located = await locateOne(runtime, inputs.rollout);
    return { text: await runtime.files.readText(located.path, MAX_BYTES), where: located.name };
  }
  if (file.keptRollout !== null) return { text: file.keptRollout, where: 'the rollout file of the cache' };
  const { spec } = environmentOf(file.ledger.state, inputs.environment);
  return spec === null
    ? null
    : { text: await recordedRollout(file, spec), where: 'the recorded rollout file' };
}

/**
 * How to switch, read before anything is changed.
 *
 * @throws ActionError invalid-file, not-found, digest-mismatch; invalid-input for an analysis that is not in the file
 */
export async function readWay(file: CaseFile): Promise<Way> {
  const found = await findText(file);
  const rollout = found === null ? DIRECT_ROLLOUT : parseRollout(found.text, found.where);
  const names = rollout.analysis.map(({ name }) => name);
  const verify = file.inputs.verify.map((name) => {
    const analysis = rollout.analysis.find((one) => one.name === name);
    if (analysis === undefined)
      throw new ActionError(
        'invalid-input',
        `verify: ${found === null ? 'there is no rollout file, and so' : 'the rollout file has'} no analysis "${name}"${didYouMean(name, names)}`,
      );
    return analysis;
  });
  return { rollout, text: found?.text ?? null, verify };
}
