/** Why something may not be done. A refusal is a decision with a reason, not an error of the tool. */
export interface Refusal {
  readonly code: 'evidence-refused' | 'ledger-conflict';
  /** What, why, and what would unblock it. */
  readonly reason: string;
}

/** A refusal for want of good evidence. */
export const evidenceRefused = (reason: string): Refusal => ({ code: 'evidence-refused', reason });

/** A refusal because of what the ledger says. */
export const ledgerConflict = (reason: string): Refusal => ({ code: 'ledger-conflict', reason });
