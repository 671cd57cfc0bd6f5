import { nearestName } from '../nearest-name.ts';
import { andersonDarling } from './anderson-darling.ts';
import type { Cells } from './cells.ts';
import { chiSquare } from './chi-square.ts';
import { cramersV } from './cramers-v.ts';
import { hellinger } from './hellinger.ts';
import { jensenShannon } from './jensen-shannon.ts';
import { ksStatistic, ksTail } from './kolmogorov-smirnov.ts';
import { kullbackLeibler } from './kullback-leibler.ts';
import { lInfinity } from './l-infinity.ts';
import type { DriftMeasure, Found } from './measure.ts';
import { chiSquareFloor, ksFloor, proportionFloor, wassersteinFloor } from './noise-floor.ts';
import { populationStability } from './population-stability.ts';
import { twoProportions } from './two-proportions.ts';
import { normedWasserstein } from './wasserstein.ts';

const UNLIMITED = Number.POSITIVE_INFINITY;

/** Cells in which either side has anything. */
const occupied = ({ first, second }: Cells): number =>
  first.reduce((sum, count, cell) => sum + (count + (second[cell] ?? 0) > 0 ? 1 : 0), 0);

const cellFloor = (cells: Cells): number => chiSquareFloor(cells.n, cells.m, occupied(cells));

const pooledShare = ({ first, second, n, m }: Cells, cell: number): number =>
  ((first[cell] ?? 0) + (second[cell] ?? 0)) / (n + m);

const chiSquareFound = (cells: Cells): Found => {
  const test = chiSquare(cells);
  return {
    effect: cramersV(cells),
    floor: Math.min(1, Math.sqrt(cellFloor(cells)) / 2),
    p: test?.p,
    ...(test && { statistic: test.statistic }),
  };
};

const twoProportionsFound = (cells: Cells): Found | undefined => {
  if (cells.first.length > 2) return undefined;
  const [hitsA, hitsB] = [cells.first[0] ?? 0, cells.second[0] ?? 0];
  return {
    effect: Math.abs(hitsA / cells.n - hitsB / cells.m),
    floor: proportionFloor(cells.n, cells.m, pooledShare(cells, 0)),
    p: twoProportions(hitsA, cells.n, hitsB, cells.m),
  };
};

const lInfinityFound = (cells: Cells): Found => {
  const { distance, cell } = lInfinity(cells);
  return {
    effect: distance,
    floor: proportionFloor(cells.n, cells.m, pooledShare(cells, cell), occupied(cells)),
  };
};

/** Every drift measure. A new one is a file with its formula and an entry here. */
export const DRIFT_MEASURES: readonly DriftMeasure[] = [
  {
    name: 'wasserstein',
    about:
      'Area between the two distribution functions, in standard deviations of the reference: a shift by half a deviation is 0.5.',
    source: 'scipy.stats.wasserstein_distance / numpy.std',
    aliases: [
      ['Evidently', 'wasserstein'],
      ['Soda', 'swd'],
      ['Soda', 'semd'],
      ['deepchecks', 'EMD'],
    ],
    needs: 'numbers',
    kind: 'effect',
    threshold: 0.1,
    range: [0, UNLIMITED],
    numbers: (pair) => {
      const { distance, error } = normedWasserstein(pair);
      return { effect: distance, floor: wassersteinFloor(pair.n, pair.m), error };
    },
  },
  {
    name: 'jensenShannon',
    about:
      'Square root of the mean divergence of both sides from their mean, base 2: 0 for equal shares, 1 for no common value.',
    source: 'scipy.spatial.distance.jensenshannon(p, q, base=2)',
    aliases: [
      ['Evidently', 'jensenshannon'],
      ['TFDV', 'jensen_shannon_divergence'],
    ],
    kind: 'effect',
    threshold: 0.1,
    range: [0, 1],
    cells: (cells) => ({
      effect: jensenShannon(cells),
      floor: Math.min(1, Math.sqrt(cellFloor(cells) / (8 * Math.LN2))),
    }),
  },
  {
    name: 'psi',
    about: 'Population stability index, sum of (p - q) ln(p / q), half a case added to each cell.',
    source:
      'B. Yurdakul, "Statistical properties of the population stability index", 2018; Jeffreys smoothing',
    aliases: [
      ['Evidently', 'psi'],
      ['deepchecks', 'PSI'],
      ['Soda', 'psi'],
      ['Deequ', 'populationStabilityIndex'],
    ],
    kind: 'effect',
    threshold: 0.2,
    warnAt: 0.1,
    range: [0, UNLIMITED],
    cells: (cells) => ({ effect: populationStability(cells), floor: cellFloor(cells) }),
  },
  {
    name: 'ks',
    about: 'Kolmogorov-Smirnov: largest distance of the two distribution functions, with its test.',
    source: 'scipy.stats.ks_2samp',
    aliases: [
      ['Evidently', 'ks'],
      ['deepchecks', 'KS'],
      ['Soda', 'ks'],
      ['whylogs', 'ks'],
      ['Great Expectations', 'expect_column_bootstrapped_ks_test_p_value_to_be_greater_than'],
    ],
    needs: 'numbers',
    kind: 'test',
    threshold: 0.1,
    range: [0, 1],
    numbers: (pair) => {
      const found = ksStatistic(pair);
      return {
        effect: found.statistic,
        floor: ksFloor(pair.n, pair.m),
        error: found.error,
        p: ksTail(found, pair.n, pair.m),
        statistic: found.statistic,
      };
    },
  },
  {
    name: 'andersonDarling',
    about:
      'Anderson-Darling with midranks, which looks at tails as closely as at the middle; its effect is the normed Wasserstein distance.',
    source: 'scipy.stats.anderson_ksamp([a, b], variant="midrank")',
    aliases: [['Evidently', 'anderson']],
    needs: 'numbers',
    kind: 'test',
    threshold: 0.1,
    range: [0, UNLIMITED],
    numbers: (pair) => {
      const { distance, error } = normedWasserstein(pair);
      const test = andersonDarling(pair);
      return {
        effect: distance,
        floor: wassersteinFloor(pair.n, pair.m),
        error,
        p: test?.p,
        ...(test && { statistic: test.statistic }),
      };
    },
  },
  {
    name: 'chiSquare',
    about:
      "Pearson's chi-square after joining rare categories; its effect is Cramér's V with both sides weighted equally.",
    source: 'scipy.stats.chi2_contingency(table, correction=False) of the joined table',
    aliases: [
      ['Evidently', 'chisquare'],
      ['Soda', 'chi_square'],
      ['whylogs', 'chi-squared'],
      ['Great Expectations', 'expect_column_chisquare_test_p_value_to_be_greater_than'],
    ],
    kind: 'test',
    threshold: 0.1,
    range: [0, 1],
    cells: chiSquareFound,
  },
  {
    name: 'cramersV',
    about:
      "Cramér's V of category and side, both sides weighted equally: 0 for equal shares, 1 for no common value.",
    source: 'scipy.stats.contingency.association(table) of shares',
    aliases: [['deepchecks', 'cramers_v']],
    kind: 'effect',
    threshold: 0.1,
    range: [0, 1],
    cells: (cells) => ({
      effect: cramersV(cells),
      floor: Math.min(1, Math.sqrt(cellFloor(cells)) / 2),
    }),
  },
  {
    name: 'hellinger',
    about: 'Hellinger distance: 0 for equal shares, 1 for no common value.',
    source: 'numpy.linalg.norm(sqrt(p) - sqrt(q)) / sqrt(2)',
    aliases: [
      ['Evidently', 'hellinger'],
      ['whylogs', 'hellinger'],
    ],
    kind: 'effect',
    threshold: 0.1,
    range: [0, 1],
    cells: (cells) => ({
      effect: hellinger(cells),
      floor: Math.min(1, Math.sqrt(cellFloor(cells) / 8)),
    }),
  },
  {
    name: 'lInfinity',
    about: 'Largest difference of the shares of one category.',
    source: 'TensorFlow Data Validation, infinity_norm',
    aliases: [
      ['TFDV', 'infinity_norm'],
      ['Deequ', 'LInfinity'],
    ],
    kind: 'effect',
    threshold: 0.1,
    range: [0, 1],
    cells: lInfinityFound,
  },
  {
    name: 'kullbackLeibler',
    about:
      'Kullback-Leibler divergence of the reference from the data in nats, half a case added to each cell.',
    source: 'scipy.stats.entropy(p, q) of smoothed shares',
    aliases: [
      ['Evidently', 'kl_div'],
      ['Great Expectations', 'expect_column_kl_divergence_to_be_less_than'],
    ],
    kind: 'effect',
    threshold: 0.1,
    range: [0, UNLIMITED],
    cells: (cells) => ({ effect: kullbackLeibler(cells), floor: cellFloor(cells) / 2 }),
  },
  {
    name: 'twoProportions',
    about: 'Difference of the shares of one of two values, with the z test of two proportions.',
    source: 'statsmodels.stats.proportion.proportions_ztest',
    aliases: [['Evidently', 'z']],
    needs: 'two different values',
    kind: 'test',
    threshold: 0.1,
    range: [0, 1],
    cells: twoProportionsFound,
  },
];

/** The names of all measures. */
export const MEASURE_NAMES: readonly string[] = DRIFT_MEASURES.map(({ name }) => name);

/** A measure by its name or a name that another tool gives it, letter case and punctuation aside. */
export function driftMeasure(name: string): DriftMeasure | undefined {
  const wanted = plain(name);
  return (
    DRIFT_MEASURES.find((measure) => plain(measure.name) === wanted) ??
    DRIFT_MEASURES.find(({ aliases }) => aliases.some(([, alias]) => plain(alias) === wanted))
  );
}

/** For messages about an unknown name: the nearest one, else all of them. */
export const knownMeasures = (name: string): string =>
  nearestName(name, MEASURE_NAMES) ?? MEASURE_NAMES.join(', ');

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
