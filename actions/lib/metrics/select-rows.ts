import type {
  ClassRows,
  EvaluationRows,
  ForecastRows,
  LabelSetRows,
  NumberRows,
  RankingRows,
  ScoreRows,
  TextRows,
} from './rows.ts';

/** Indexes of the rows that are wanted, in the order they are wanted in. */
type Indexes = Uint32Array;

/** The rows at the given indexes; clusters are numbered afresh. */
export function selectRows(rows: EvaluationRows, indexes: Indexes): EvaluationRows {
  const drawn = {
    count: indexes.length,
    ...(rows.weights && { weights: numbers(rows.weights, indexes) }),
    ...(rows.clusters && { clusters: renumbered(rows.clusters, indexes) }),
  };
  switch (rows.task) {
    case 'binary':
    case 'multiclass':
      return { ...rows, ...drawn, ...classParts(rows, indexes) };
    case 'multilabel':
      return { ...rows, ...drawn, ...labelSetParts(rows, indexes) };
    case 'regression':
      return { ...rows, ...drawn, ...numberParts(rows, indexes) };
    case 'ranking':
      return { ...rows, ...drawn, ...rankingParts(rows, indexes) };
    case 'forecast':
      return { ...rows, ...drawn, ...forecastParts(rows, indexes) };
    case 'text':
      return { ...rows, ...drawn, ...textParts(rows, indexes) };
    case 'scores':
      return { ...rows, ...drawn, ...scoreParts(rows, indexes) };
    default:
      return rows satisfies never;
  }
}

/** `width` numbers of each wanted row. */
function numbers(values: Float64Array, indexes: Indexes, width = 1): Float64Array {
  const picked = new Float64Array(indexes.length * width);
  for (let row = 0; row < indexes.length; row++) {
    const from = (indexes[row] ?? 0) * width;
    for (let part = 0; part < width; part++) picked[row * width + part] = values[from + part] ?? Number.NaN;
  }
  return picked;
}

function classes(values: Int32Array, indexes: Indexes): Int32Array {
  const picked = new Int32Array(indexes.length);
  for (let row = 0; row < indexes.length; row++) picked[row] = values[indexes[row] ?? 0] ?? -1;
  return picked;
}

function flags(values: Uint8Array, indexes: Indexes, width: number): Uint8Array {
  const picked = new Uint8Array(indexes.length * width);
  for (const [row, index] of indexes.entries())
    picked.set(values.subarray(index * width, (index + 1) * width), row * width);
  return picked;
}

/** Clusters of the wanted rows, numbered from 0 in the order they come. */
function renumbered(clusters: Int32Array, indexes: Indexes): Int32Array {
  const known = new Map<number, number>();
  return Int32Array.from(indexes, (index) => {
    const cluster = clusters[index] ?? 0;
    const number = known.get(cluster) ?? known.size;
    known.set(cluster, number);
    return number;
  });
}

const classParts = (rows: ClassRows, indexes: Indexes) => ({
  actual: classes(rows.actual, indexes),
  predicted: classes(rows.predicted, indexes),
  ...(rows.scores && {
    scores: numbers(rows.scores, indexes, rows.task === 'binary' ? 1 : rows.labels.length),
  }),
});

const labelSetParts = ({ labels, actual, predicted, scores }: LabelSetRows, indexes: Indexes) => ({
  actual: flags(actual, indexes, labels.length),
  predicted: flags(predicted, indexes, labels.length),
  ...(scores && { scores: numbers(scores, indexes, labels.length) }),
});

const numberParts = ({ actual, predicted }: NumberRows, indexes: Indexes) => ({
  actual: numbers(actual, indexes),
  predicted: numbers(predicted, indexes),
});

function rankingParts({ starts, relevance, scores }: RankingRows, indexes: Indexes) {
  const items: number[] = [];
  const own = new Uint32Array(indexes.length + 1);
  for (const [row, query] of indexes.entries()) {
    for (let item = starts[query] ?? 0; item < (starts[query + 1] ?? 0); item++) items.push(item);
    own[row + 1] = items.length;
  }
  const picked = Uint32Array.from(items);
  return { starts: own, relevance: numbers(relevance, picked), scores: numbers(scores, picked) };
}

const forecastParts = ({ actual, predicted, series, quantiles }: ForecastRows, indexes: Indexes) => ({
  actual: numbers(actual, indexes),
  predicted: numbers(predicted, indexes),
  series: classes(series, indexes),
  quantiles: quantiles.map(({ level, values }) => ({ level, values: numbers(values, indexes) })),
});

const texts = <T>(values: readonly T[], indexes: Indexes): T[] => {
  const picked: T[] = [];
  for (const index of indexes) {
    const value = values[index];
    if (value !== undefined) picked.push(value);
  }
  return picked;
};

const textParts = ({ predicted, references }: TextRows, indexes: Indexes) => ({
  predicted: texts(predicted, indexes),
  references: texts(references, indexes),
});

const scoreParts = ({ values }: ScoreRows, indexes: Indexes) => ({
  values: values.map((column) => numbers(column, indexes)),
});
