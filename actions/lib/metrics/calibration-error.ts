import { claimsOf, equalWeightBins, equalWidthBins } from './calibration-bins.ts';
import type { Computed, SumsMetric, Terms } from './metric.ts';
import type { ClassRows } from './rows.ts';

/** Bins of equal width; a probability on an edge belongs to the bin above it. */
export const CALIBRATION_BINS = 15;

/** What the rows of one bin add up to. */
interface Bin {
  readonly weight: number;
  /** Σ weight · whether the claim held. */
  readonly held: number;
  /** Σ weight · (whether the claim held − the claim). */
  readonly gap: number;
}

const WIDTH = 3;

/** One bin more than there are, for what is no probability. */
function binTerms(rows: ClassRows, binOf: Int32Array, { claimed, held }: ReturnType<typeof claimsOf>): Terms {
  const values = new Float64Array(rows.count * WIDTH);
  for (let row = 0; row < rows.count; row++) {
    const truth = held[row] === 1 ? 1 : 0;
    values[row * WIDTH] = 1;
    values[row * WIDTH + 1] = truth;
    values[row * WIDTH + 2] = truth - (claimed[row] ?? 0);
  }
  return { cells: CALIBRATION_BINS + 1, width: WIDTH, cellOf: binOf, values };
}

function equalWidth(rows: ClassRows): Terms {
  const claims = claimsOf(rows);
  return binTerms(rows, equalWidthBins(claims.claimed, CALIBRATION_BINS), claims);
}

function equalWeight(rows: ClassRows): Terms {
  const claims = claimsOf(rows);
  return binTerms(rows, equalWeightBins(claims.claimed, CALIBRATION_BINS, rows.weights), claims);
}

/** A function of the bins that hold any weight, and of the weight and the share of claims that held in all of them. */
const ofBins =
  (value: (bins: readonly Bin[], weight: number, share: number) => number) =>
  (sums: Float64Array): Computed => {
    const bins: Bin[] = [];
    let weight = 0;
    let held = 0;
    for (let at = 0; at < sums.length; at += WIDTH) {
      const bin = { weight: sums[at] ?? 0, held: sums[at + 1] ?? 0, gap: sums[at + 2] ?? 0 };
      if (!(bin.weight > 0)) continue;
      if (at === CALIBRATION_BINS * WIDTH) return 'the scores are no probabilities: some are not from 0 to 1';
      bins.push(bin);
      weight += bin.weight;
      held += bin.held;
    }
    return bins.length > 0 ? value(bins, weight, held / weight) : 'no rows';
  };

const total = (bins: readonly Bin[], part: (bin: Bin) => number): number =>
  bins.reduce((sum, bin) => sum + part(bin), 0);

const common = {
  direction: 'lower',
  range: [0, 1],
  tasks: ['binary', 'multiclass'],
  needs: 'scores',
  kind: 'sums',
} as const;

const meanGap = ofBins((bins, weight) => total(bins, ({ gap }) => Math.abs(gap)) / weight);

/** Expected calibration error: how far claimed probabilities are from what happened. */
export const calibrationError: SumsMetric<ClassRows> = {
  ...common,
  id: 'ece',
  aliases: ['expected_calibration_error'],
  title: 'Calibration error',
  params: { bins: CALIBRATION_BINS, edges: 'right', norm: 'l1' },
  definition:
    'Mean distance, weighted by rows, between mean probability and observed share in 15 bins of equal width (Naeini 2015; torchmetrics.CalibrationError, norm l1). Multiclass: of the most probable class.',
  terms: equalWidth,
  fromSums: meanGap,
};

/** Other ways to hold probabilities against what happened. */
export const otherCalibrationErrors: readonly SumsMetric<ClassRows>[] = [
  {
    ...common,
    id: 'ace',
    aliases: ['adaptive_calibration_error'],
    title: 'Calibration error, equal masses',
    params: { bins: CALIBRATION_BINS, mass: 'equal', ties: 'middle', norm: 'l1' },
    definition:
      'As ece, in 15 bins of equal weight (Nixon 2019, of the claim alone). Equal probabilities lie in one bin, where the middle of their weight lies.',
    terms: equalWeight,
    fromSums: meanGap,
  },
  {
    ...common,
    id: 'mce',
    aliases: ['maximum_calibration_error'],
    title: 'Largest calibration error',
    params: { bins: CALIBRATION_BINS, edges: 'right', norm: 'max' },
    definition:
      'Largest distance between mean probability and observed share in 15 bins of equal width, however few rows a bin holds (Naeini 2015; torchmetrics.CalibrationError, norm max).',
    terms: equalWidth,
    fromSums: ofBins((bins) => Math.max(...bins.map(({ gap, weight }) => Math.abs(gap) / weight))),
  },
];

const parts = {
  ...common,
  tasks: ['binary'],
  params: { bins: CALIBRATION_BINS, edges: 'right' },
  terms: equalWidth,
} as const;

const PARTS =
  'Brier score = reliability − resolution + uncertainty, but for what probabilities differ within a bin (Murphy 1973; 15 bins of equal width).';

/** What the Brier score of a binary task is made of. */
export const brierParts: readonly SumsMetric<ClassRows>[] = [
  {
    ...parts,
    id: 'brier_reliability',
    aliases: [],
    title: 'Brier score, reliability',
    definition: `Mean squared distance between mean probability and observed share of the bins. ${PARTS}`,
    fromSums: ofBins((bins, all) => total(bins, ({ gap, weight }) => gap ** 2 / weight) / all),
  },
  {
    ...parts,
    id: 'brier_resolution',
    aliases: [],
    title: 'Brier score, resolution',
    direction: 'higher',
    range: [0, 0.25],
    definition: `Mean squared distance between the observed shares of the bins and that of all rows. ${PARTS}`,
    fromSums: ofBins(
      (bins, all, share) => total(bins, ({ held, weight }) => weight * (held / weight - share) ** 2) / all,
    ),
  },
  {
    ...parts,
    id: 'brier_uncertainty',
    aliases: [],
    title: 'Brier score, uncertainty',
    range: [0, 0.25],
    definition: `Share of positive rows times that of negative ones: a property of the data, not of the model. ${PARTS}`,
    fromSums: ofBins((_, __, share) => share * (1 - share)),
  },
];
