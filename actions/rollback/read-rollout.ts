import { ActionError } from '../lib/errors.ts';
import { didYouMean } from '../lib/nearest-name.ts';
import { environmentOf } from '../lib/registry/state.ts';
import { parseRollout } from '../lib/rollout/parse-rollout.ts';
import { type AnalysisSpec, DIRECT_ROLLOUT, type Rollout } from '../lib/rollout/rollout.ts';
import { requireEnvironment } from '../runtime/analysis/request-headers.ts';
import { type RecordedRollout, recordedRollout } from '../runtime/ledger/recorded-rollout.ts';
import { locateOne } from '../runtime/locations.ts';
import { type OpenTraffic, openTraffic } from '../runtime/traffic/catalog.ts';
import type { CaseFile } from './case-file.ts';

const MAX_BYTES = 1024 * 1024;

/** How traffic is switched and watched here. */
export interface Way {
  readonly rollout: Rollout;
  /** `undefined` where the ledger's pointer alone is switched. */
  readonly traffic: OpenTraffic | undefined;
  /** Text of the rollout file; `null` where there is none. */
  readonly text: string | null;
  /** What is watched after the switch. */
  readonly verify: readonly AnalysisSpec[];
}

/** The file of the input, else the one of the environment's newest rollout. */
async function findText(file: CaseFile): Promise<RecordedRollout | null> {
  const { runtime, inputs } = file;
  if (inputs.rollout !== undefined) {
    const located = await locateOne(runtime, inputs.rollout);
    return { text: await runtime.files.readText(located.path, MAX_BYTES), where: located.name };
  }
  if (file.keptRollout !== null) return { text: file.keptRollout, where: 'the rollout file of the cache' };
  const { spec } = environmentOf(file.ledger.state, inputs.environment);
  return spec === null ? null : recordedRollout(file.open, spec);
}

/**
 * How to switch, read before anything is changed.
 *
 * @throws ActionError invalid-file, not-found, digest-mismatch; invalid-input for an analysis that is not in the file, or a variable that its headers or the traffic driver need
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
  // Found out after the switch, it would keep the incident and the alert from being written.
  requireEnvironment({ analysis: verify, preflight: [] });
  return { rollout, traffic: openTraffic(file.runtime, rollout.traffic), text: found?.text ?? null, verify };
}
