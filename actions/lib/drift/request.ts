import type { Severity } from '../documents/validation.ts';
import type { CompatName } from './compat/preset.ts';
import type { MeasureName } from './measure.ts';

/** How drift of a column is measured and judged; what is absent takes the measure's or the rule's default. */
export interface DriftRequest {
  /** Chosen by type and number of values when absent. */
  readonly method?: MeasureName;
  /** Effect at which a column counts as drifted. */
  readonly threshold?: number;
  /** Effect from which on drift is worth a warning. */
  readonly warnAt?: number;
  /** Significance level, after correction for the number of columns where several are judged together. */
  readonly alpha?: number;
  /** Values that each side needs. */
  readonly minSample?: number;
  /** How much drift matters. */
  readonly severity?: Severity;
  /** Measure and judge as another tool does, without its program. */
  readonly compat?: CompatName;
}

export const DEFAULT_ALPHA = 0.01;
export const DEFAULT_MIN_SAMPLE = 30;
