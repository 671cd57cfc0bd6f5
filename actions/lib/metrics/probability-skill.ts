import type { Computed, SumsMetric, Terms } from './metric.ts';
import { LOG_CLIP, logLosses, squaredLosses } from './probability-loss.ts';
import type { ClassRows } from './rows.ts';

/** For each class its weight and the sum of its rows' losses. */
const lossesByClass =
  (losses: (rows: ClassRows) => Float64Array) =>
  (rows: ClassRows): Terms => {
    const values = new Float64Array(rows.count * 2);
    for (const [row, loss] of losses(rows).entries()) {
      values[row * 2] = 1;
      values[row * 2 + 1] = loss;
    }
    return { cells: rows.labels.length, width: 2, cellOf: rows.actual, values };
  };

/** The classes' weights and what they and their losses add up to. */
function totalsOf(sums: Float64Array): {
  readonly masses: number[];
  readonly mass: number;
  readonly loss: number;
} {
  const masses: number[] = [];
  let mass = 0;
  let loss = 0;
  for (let at = 0; at < sums.length; at += 2) {
    masses.push(sums[at] ?? 0);
    mass += sums[at] ?? 0;
    loss += sums[at + 1] ?? 0;
  }
  return { masses, mass, loss };
}

/** 1 − loss / loss of a model that always answers with the shares of the classes. */
const skillOver =
  (baseline: (share: number, rows: ClassRows) => number) =>
  (sums: Float64Array, rows: ClassRows): Computed => {
    if (rows.count < 2) return 'needs at least two rows';
    const { masses, mass, loss } = totalsOf(sums);
    if (!(mass > 0)) return 'no rows';
    const present = masses.filter((weight) => weight > 0);
    if (present.length < 2) return 'the labels hold one class only';
    return 1 - loss / present.reduce((sum, weight) => sum + weight * baseline(weight / mass, rows), 0);
  };

const common = {
  direction: 'higher',
  range: [Number.NEGATIVE_INFINITY, 1],
  tasks: ['binary', 'multiclass'],
  needs: 'scores',
  kind: 'sums',
} as const;

/** How much better probabilities are than the shares of the classes: 0 is no better, 1 is perfect. */
export const probabilitySkill: readonly SumsMetric<ClassRows>[] = [
  {
    ...common,
    id: 'd2_log_loss_score',
    aliases: ['d2_log_loss', 'mcfadden_r2'],
    title: 'D², log loss',
    params: { clip: LOG_CLIP },
    definition:
      '1 − log loss / log loss of always predicting the shares of the classes (sklearn.metrics.d2_log_loss_score).',
    terms: lossesByClass(logLosses),
    fromSums: skillOver((share) => -Math.log(share)),
  },
  {
    ...common,
    id: 'd2_brier_score',
    aliases: ['brier_skill_score', 'd2_brier'],
    title: 'D², Brier score',
    definition:
      '1 − Brier score / Brier score of always predicting the shares of the classes (sklearn.metrics.d2_brier_score).',
    terms: lossesByClass(squaredLosses),
    // Of two classes the Brier score counts one, so what it is held to is halved too.
    fromSums: skillOver((share, { task }) => (task === 'binary' ? (1 - share) / 2 : 1 - share)),
  },
];
