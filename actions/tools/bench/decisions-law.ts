import { normalCdf } from '../../lib/stats/distributions.ts';

/**
 * What the simulation of decisions draws from: two models that judge the same rows, with every value known exactly.
 *
 * A row is positive with a known chance. Each model sees a raw score, normal with variance 1 and a mean of 0 for
 * negative rows and `distance` for positive ones; given the label, the raw scores of both models are correlated, so
 * that they mostly err on the same rows. A model claims the probability that follows from its raw score by Bayes'
 * rule, and predicts positive from one half on. A worse model is one of smaller distance, and stays calibrated.
 */
export interface BinormalLaw {
  /** Share of positive rows. */
  readonly prevalence: number;
  /** Correlation of the raw scores of both models, given the label. */
  readonly correlation: number;
}

/** The chance of each joint cell: [label × 4 + candidate's label × 2 + baseline's label]. */
export type JointCells = Float64Array;

/** The log odds a model of this distance claims for a raw score. */
export const logOdds = ({ prevalence }: BinormalLaw, distance: number, raw: number): number =>
  Math.log(prevalence / (1 - prevalence)) + distance * raw - distance ** 2 / 2;

/** The raw score from which on a model predicts positive. */
const threshold = ({ prevalence }: BinormalLaw, distance: number): number =>
  distance / 2 - Math.log(prevalence / (1 - prevalence)) / distance;

/** Values of a model of some distance, from the law itself. */
export const TRUE_VALUES = {
  accuracy: (law: BinormalLaw, distance: number): number => {
    const { truePositive, falsePositive } = rates(law, distance);
    return truePositive + (1 - law.prevalence - falsePositive);
  },
  f1: (law: BinormalLaw, distance: number): number => {
    const { truePositive, falsePositive } = rates(law, distance);
    return (2 * truePositive) / (truePositive + falsePositive + law.prevalence);
  },
  roc_auc: (_: BinormalLaw, distance: number): number => normalCdf(distance / Math.SQRT2),
  log_loss: (law: BinormalLaw, distance: number): number => {
    const { prevalence } = law;
    return integral((z) => {
      const positive = prevalence * softplus(-logOdds(law, distance, z + distance));
      const negative = (1 - prevalence) * softplus(logOdds(law, distance, z));
      return density(z) * (positive + negative);
    }, -FAR);
  },
} as const;

export type SimulatedMetric = keyof typeof TRUE_VALUES;

/** Shares of all rows that are rightly and wrongly predicted positive. */
function rates(law: BinormalLaw, distance: number) {
  const cut = threshold(law, distance);
  return {
    truePositive: law.prevalence * normalCdf(distance - cut),
    falsePositive: (1 - law.prevalence) * normalCdf(-cut),
  };
}

/**
 * The distance of a candidate whose true value is worse than the baseline's by `loss`, in the metric's unit.
 *
 * @param loss - ≥ 0, less than the baseline has to lose
 */
export function distanceAfterLoss(
  metric: SimulatedMetric,
  law: BinormalLaw,
  baseline: number,
  loss: number,
): number {
  if (loss === 0) return baseline;
  const valueAt = (distance: number): number => TRUE_VALUES[metric](law, distance);
  const wanted = valueAt(baseline);
  let worse = 0.05;
  let better = baseline;
  for (let round = 0; round < 60; round++) {
    const middle = (worse + better) / 2;
    if (Math.abs(valueAt(middle) - wanted) > loss) worse = middle;
    else better = middle;
  }
  return better;
}

/** The chances of the joint cells of a candidate and a baseline. */
export function jointCells(law: BinormalLaw, candidate: number, baseline: number): JointCells {
  const cells = new Float64Array(8);
  for (const label of [0, 1] as const) {
    const mass = label === 1 ? law.prevalence : 1 - law.prevalence;
    // How far the mean of the label lies below the threshold of each model.
    const a = threshold(law, candidate) - label * candidate;
    const b = threshold(law, baseline) - label * baseline;
    const both = bothAbove(a, b, law.correlation);
    const [ofA, ofB] = [normalCdf(-a), normalCdf(-b)];
    cells.set(
      [1 - ofA - ofB + both, ofB - both, ofA - both, both].map((share) => mass * share),
      label * 4,
    );
  }
  return cells;
}

/** The chance that two standard normals of a correlation below 1 are both above their thresholds. */
export function bothAbove(a: number, b: number, correlation: number): number {
  const rest = Math.sqrt(1 - correlation ** 2);
  return integral((z) => density(z) * normalCdf((correlation * z - b) / rest), a);
}

/** Beyond this no normal variable is seen. */
const FAR = 12;
const STEPS = 4000;

/** Simpson's rule from `low` to where normal variables end. */
function integral(of: (z: number) => number, low: number): number {
  const step = (FAR - low) / STEPS;
  let sum = of(low) + of(FAR);
  for (let at = 1; at < STEPS; at++) sum += (at % 2 === 1 ? 4 : 2) * of(low + at * step);
  return (sum * step) / 3;
}

const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** log(1 + eˣ) without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
