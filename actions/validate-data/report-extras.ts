import type { ContractChange } from '../lib/contract/diff/change.ts';
import type { ColumnProfile } from '../lib/documents/profile.ts';
import type { FindingsComparison } from '../lib/findings/compare-findings.ts';

/** What a report tells besides its document. */
export interface ReportExtras {
  /** Columns of the reference, drawn over those of the data. */
  readonly reference?: readonly ColumnProfile[];
  /** What is new against the base branch's report. */
  readonly comparison?: FindingsComparison;
  /** Only what is new decided the verdict. */
  readonly onlyNew?: boolean;
  /** How the contract differs from the base branch's. */
  readonly contractChanges?: readonly ContractChange[];
}
