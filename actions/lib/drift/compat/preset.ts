import type { ColumnProfile } from '../../documents/profile.ts';
import type { Judgement } from '../judge.ts';
import type { DriftRequest } from '../request.ts';
import type { Subject } from '../subject.ts';
import { deepchecks } from './deepchecks.ts';
import { evidently } from './evidently.ts';
import type { Preset } from './rule.ts';
import { tfdv } from './tfdv.ts';
import { whylogs } from './whylogs.ts';

/** Tools whose numbers and decisions are reproduced, as of the versions that their files name. */
export type CompatName = 'evidently' | 'tfdv' | 'deepchecks' | 'whylogs';

const PRESETS: Readonly<Record<CompatName, Preset>> = { evidently, tfdv, deepchecks, whylogs };

/** The names of all presets. */
export const COMPAT_NAMES: readonly string[] = Object.keys(PRESETS);

/** Whether a text names a preset. */
export const isCompatName = (name: string): name is CompatName => Object.hasOwn(PRESETS, name);

/** Measures and judges as another tool does. */
export function compatDrift(
  subject: Subject,
  reference: ColumnProfile,
  current: ColumnProfile,
  request: DriftRequest,
): Judgement & { readonly compat: string } {
  const name = request.compat ?? 'evidently';
  const judgement = PRESETS[name]({ subject, reference, current, request });
  const severity = judgement.severity ?? request.severity;
  return {
    ...judgement,
    ...(judgement.status === 'drifted' && severity !== undefined && { severity }),
    compat: name,
  };
}
