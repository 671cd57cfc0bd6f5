import { categoricalDrift } from './categorical-drift.ts';
import type { DriftTest } from './drift-test.ts';
import { numericDrift } from './numeric-drift.ts';

/** The drift tests in order of preference: the first that fits two columns is used. A new one is a file and a line. */
export const DRIFT_TESTS: readonly DriftTest[] = [numericDrift, categoricalDrift];
