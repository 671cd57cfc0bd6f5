import { delongComponents, type RankEstimate } from '../stats/delong.ts';
import type { RankMetric } from './metric.ts';
import type { ClassRows } from './rows.ts';
import { classWeights, scoreColumns } from './score-columns.ts';

/** What is known of the rows, gathered once for all pairs of classes. */
interface Sorted {
  readonly rows: ClassRows;
  /** The scores of each class. */
  readonly columns: readonly Float64Array[];
  /** The rows of each class. */
  readonly rowsOf: readonly Uint32Array[];
}

function rowsByClass({ labels, actual, count }: ClassRows): Uint32Array[] {
  const sizes = new Uint32Array(labels.length);
  for (const label of actual) sizes[label] = (sizes[label] ?? 0) + 1;
  const result = labels.map((_, label) => new Uint32Array(sizes[label] ?? 0));
  sizes.fill(0);
  for (let row = 0; row < count; row++) {
    const label = actual[row] ?? 0;
    const own = result[label];
    const at = sizes[label] ?? 0;
    if (own) own[at] = row;
    sizes[label] = at + 1;
  }
  return result;
}

/** How well the scores of class `one` part its rows from those of class `other`. */
function areaOf(
  { rows, columns, rowsOf }: Sorted,
  one: number,
  other: number,
): { readonly picked: Uint32Array; readonly estimated: RankEstimate | string } {
  const own = rowsOf[one] ?? new Uint32Array();
  const rest = rowsOf[other] ?? new Uint32Array();
  const picked = new Uint32Array(own.length + rest.length);
  picked.set(own);
  picked.set(rest, own.length);
  const scores = new Float64Array(picked.length);
  const positives = new Uint8Array(picked.length).fill(1, 0, own.length);
  const weights = rows.weights && new Float64Array(picked.length);
  for (const [at, row] of picked.entries()) {
    scores[at] = columns[one]?.[row] ?? 0;
    if (weights) weights[at] = rows.weights?.[row] ?? 0;
  }
  return { picked, estimated: delongComponents(scores, positives, weights) };
}

/** The mean over all pairs of classes that have rows, each pair looked at from both sides. */
function oneVersusOne(rows: ClassRows, weightOf: (pair: number) => number): RankEstimate | string {
  if (!rows.scores) return 'no probabilities were given';
  const columns = scoreColumns(rows.scores, rows.labels.length);
  const sorted: Sorted = { rows, columns, rowsOf: rowsByClass(rows) };
  const mass = classWeights(rows);
  const classes = [...mass.keys()].filter((label) => (mass[label] ?? 0) > 0);
  if (classes.length < 2) return 'the labels hold one class only';
  const pairs = classes.flatMap((one) =>
    classes.filter((other) => other !== one).map((other) => [one, other] as const),
  );
  const effects = new Float64Array(rows.count);
  let sum = 0;
  let total = 0;
  for (const [one, other] of pairs) {
    const share = weightOf((mass[one] ?? 0) + (mass[other] ?? 0));
    const { picked, estimated } = areaOf(sorted, one, other);
    if (typeof estimated === 'string') return estimated;
    sum += share * estimated.value;
    total += share;
    for (const [at, row] of picked.entries())
      effects[row] = (effects[row] ?? 0) + share * (estimated.effects[at] ?? 0);
  }
  return { value: sum / total, effects: effects.map((effect) => effect / total) };
}

const common = {
  direction: 'higher',
  range: [0, 1],
  tasks: ['multiclass'],
  needs: 'scores',
  kind: 'rank',
} as const;

/** How well each class is told from each other one (Hand and Till): untouched by how many rows the classes have. */
export const rocAucPairs: readonly RankMetric[] = [
  {
    ...common,
    id: 'roc_auc_ovo_macro',
    aliases: ['roc_auc_ovo'],
    title: 'ROC AUC, one against one, macro',
    params: { multi_class: 'ovo', average: 'macro' },
    definition:
      "Mean ROC AUC over the pairs of classes that have rows, each from both sides (Hand & Till 2001; sklearn.metrics.roc_auc_score, multi_class='ovo').",
    estimate: (rows) => oneVersusOne(rows, () => 1),
  },
  {
    ...common,
    id: 'roc_auc_ovo_weighted',
    aliases: [],
    title: 'ROC AUC, one against one, weighted',
    params: { multi_class: 'ovo', average: 'weighted' },
    definition:
      "As roc_auc_ovo_macro, weighted by the rows of each pair (sklearn.metrics.roc_auc_score, multi_class='ovo', average='weighted').",
    estimate: (rows) => oneVersusOne(rows, (pair) => pair),
  },
];
