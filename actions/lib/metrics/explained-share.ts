/**
 * 1 − unexplained / total. For labels without spread 1 if nothing is unexplained, else 0, as scikit-learn has it, so
 * that a constant label is no division by 0.
 */
export function explainedShare(unexplained: number, total: number): number {
  if (total > 0) return 1 - unexplained / total;
  return unexplained > 0 ? 0 : 1;
}
