import type { ColumnProfile } from '../../documents/profile.ts';
import type { Judgement } from '../judge.ts';
import type { DriftRequest } from '../request.ts';
import type { Subject } from '../subject.ts';

/** Two columns, with what the rules of the tools ask about them. */
export interface Compared {
  readonly subject: Subject;
  readonly reference: ColumnProfile;
  readonly current: ColumnProfile;
  readonly request: DriftRequest;
}

/** How a tool measures and judges two columns: always by one key, never in doubt. */
export type Preset = (compared: Compared) => Judgement;

/** A verdict by the size of an effect. */
export const byEffect = (
  measure: string,
  effect: number,
  threshold: number,
  reaches: (effect: number, threshold: number) => boolean = (value, limit) => value >= limit,
): Judgement =>
  Number.isFinite(effect)
    ? { status: reaches(effect, threshold) ? 'drifted' : 'stable', measure, effect, threshold }
    : { status: 'inconclusive', reason: 'the numbers are too large to be compared' };

/** A verdict by a p-value alone. */
export const byP = (measure: string, p: number, drifted: boolean, alpha: number): Judgement => ({
  status: drifted ? 'drifted' : 'stable',
  measure,
  significance: measure,
  pValue: p,
  alpha,
});

/** For methods a tool does not have. */
export const unknownTo = (tool: string, method: string): Judgement => ({
  status: 'inconclusive',
  reason: `the preset for ${tool} has no ${method} for this kind of column`,
});
