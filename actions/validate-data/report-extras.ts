import type { ColumnProfile } from '../lib/documents/profile.ts';
import type { FindingsComparison } from '../lib/findings/compare-findings.ts';

/** A change of the contract against the base branch's, in words. */
export interface ContractChangeWords {
  readonly kind: 'loosened' | 'tightened' | 'changed';
  /** What it is about: `customers.age, maximum`. */
  readonly subject: string;
  readonly words: string;
}

/** What a report tells besides its document. */
export interface ReportExtras {
  /** Columns of the reference, drawn over those of the data. */
  readonly reference?: readonly ColumnProfile[];
  /** What is new against the base branch's report. */
  readonly comparison?: FindingsComparison;
  /** Only what is new decided the verdict. */
  readonly onlyNew?: boolean;
  readonly contractChanges?: readonly ContractChangeWords[];
}
