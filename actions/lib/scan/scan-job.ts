import type { Rule, TableSpec } from '../checks/check.ts';
import type { KeySpec } from '../columns/key-index.ts';
import type { ColumnPlan } from '../columns/table-scan.ts';
import type { FilePlan } from './file-plan.ts';

/** What is to be read, and what is to be looked at meanwhile: all that a thread is told. */
export interface ScanJob {
  readonly files: readonly FilePlan[];
  readonly columns: readonly ColumnPlan[];
  readonly nullTexts: readonly string[];
  readonly keys: readonly KeySpec[];
  /** Columns that are hashed though no key asks for it. */
  readonly hashed?: readonly string[];
  /** 0: no profile. */
  readonly profileCapacity: number;
  readonly spec: TableSpec;
  readonly rules: readonly Rule[];
  /** Findings of each check that are kept. */
  readonly maxFindings: number;
  /** Folder for keys that memory should not hold; empty to hold all. */
  readonly spillFolder: string;
}
