/** Whether a contract demands less than before, more, or something else. */
export type ChangeKind = 'loosened' | 'tightened' | 'changed';

/** One difference between two versions of a contract. */
export interface ContractChange {
  readonly kind: ChangeKind;
  /** What it is about: `customers`, `customers.income`. */
  readonly subject: string;
  /** What changed, as part of a sentence: `nullValues: at most 2 % before, at most 5 % now`. */
  readonly words: string;
}

/** How one set of demands relates to another, by what either has and the other has not. */
export function kindOf(lost: boolean, gained: boolean): ChangeKind {
  if (lost && !gained) return 'loosened';
  return gained && !lost ? 'tightened' : 'changed';
}
