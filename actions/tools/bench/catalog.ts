import { benchCoverage } from './coverage.ts';
import { benchDecisions } from './decisions.ts';
import { benchDriftRates } from './drift-rates.ts';
import { benchEvaluate } from './evaluate.ts';
import { benchLedger } from './ledger.ts';
import { benchStart } from './start.ts';
import { benchValidate } from './validate.ts';

/** The benchmarks by name; adding one is one line. Each gets the flags of the command line. */
export const BENCHMARKS: Readonly<Record<string, (flags: readonly string[]) => Promise<void>>> = {
  start: benchStart,
  validate: benchValidate,
  evaluate: benchEvaluate,
  coverage: benchCoverage,
  'drift-rates': benchDriftRates,
  decisions: benchDecisions,
  ledger: benchLedger,
};
