import type { Cells } from './cells.ts';
import type { NumberPair } from './number-pair.ts';

/** The drift measures, by the names that contracts and reports use. */
export type MeasureName =
  | 'wasserstein'
  | 'jensenShannon'
  | 'psi'
  | 'ks'
  | 'andersonDarling'
  | 'chiSquare'
  | 'cramersV'
  | 'hellinger'
  | 'lInfinity'
  | 'kullbackLeibler'
  | 'twoProportions';

/** What a measure found. */
export interface Found {
  /** How large the drift is: 0 for none. */
  readonly effect: number;
  /** Effect that two samples of these sizes without any difference rarely (1 in 1000) exceed. */
  readonly floor: number;
  /** How far the effect may be off because values are known by their bins only. */
  readonly error?: number;
  /** Of the measure's own test; `undefined` where the data gives nothing to test. */
  readonly p?: number | undefined;
  readonly statistic?: number;
}

/** A drift measure: one per file of this folder, listed in `catalog.ts`. Large effects mean drift in all of them. */
export interface DriftMeasure {
  readonly name: MeasureName;
  /** Its definition in one sentence. */
  readonly about: string;
  /** Where the definition comes from, or what it equals. */
  readonly source: string;
  /** Names of the same idea in other tools, with the tool. */
  readonly aliases: readonly (readonly [tool: string, name: string])[];
  /**
   * An effect needs a test beside it to tell it from chance (Kolmogorov-Smirnov for numbers, chi-square for
   * categories). A test brings its own; given an `alpha` and no threshold, it decides alone.
   */
  readonly kind: 'effect' | 'test';
  /** Effect at which a column counts as drifted. */
  readonly threshold: number;
  /** Effect from which on it is worth a warning. */
  readonly warnAt?: number;
  /** Effects it can have. */
  readonly range: readonly [least: number, most: number];
  /** What columns must hold, where that is not any values. */
  readonly needs?: 'numbers' | 'two different values';
  /** Of numbers. Without it, numbers are cut into cells at the reference's deciles. */
  readonly numbers?: (pair: NumberPair) => Found;
  /** Of categories. Without it, the measure is for numbers alone. */
  readonly cells?: (cells: Cells) => Found | undefined;
}
