import type { ColumnBatch } from '../columns/column-batch.ts';
import type { Threshold } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { AggregateWork, CheckDefinition, Measurement } from './check.ts';
import { columnWithRole, specOf, unmeasured } from './evidence.ts';
import { columnOf, planned, refusal } from './planned.ts';
import { explainedShare, labelledRows, MIN_ROWS } from './predictive/explained.ts';
import { Feature } from './predictive/feature.ts';
import { classLabel, type LabelReader, MAX_CLASSES, numberLabel } from './predictive/label.ts';
import { type LeakageState, mergeLeakage } from './predictive/leakage-state.ts';
import { addClass, addNumber } from './predictive/tally.ts';

const BELOW_FOUR_FIFTHS: Threshold = { kind: 'single', operator: 'mustBeLessThan', value: 0.8 };

/** How much of a label a single column explains. */
export const targetLeakage: CheckDefinition = {
  name: 'targetLeakage',
  about:
    'How much of the differences between labels the best single column explains, from 0 to 1: what tells the answer ' +
    "alone is most likely known only afterwards. Goodman and Kruskal's tau for classes, the correlation ratio for " +
    'numbers, both without the bias that makes identifiers seem all-knowing; "no value" is a value here',
  level: ['table'],
  aliases: [
    ['deepchecks', 'FeatureLabelCorrelation, IdentifierLabelCorrelation'],
    ['ppscore', 'predictive power score'],
  ],
  dimension: 'accuracy',
  threshold: BELOW_FOUR_FIFTHS,
  units: ['value'],
  parameters: [
    { name: 'label', kind: 'column', about: 'The label; the column with the role `label` when absent' },
    { name: 'features', kind: 'columns', about: 'The columns that are looked at; all others when absent' },
    { name: 'except', kind: 'columns', about: 'Columns that are not looked at' },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    severity: warning
    implementation: { check: targetLeakage, label: churned, mustBeLessThan: 0.8 }`,
  plan(rule, table) {
    const given = readArguments(rule, targetLeakage.parameters, table);
    const label = given.text('label') ?? rule.column ?? columnWithRole(table, 'label');
    if (label === undefined)
      throw refusal(rule, 'name the label in "label", or give a column the role label in the contract');
    const except = new Set([label, columnWithRole(table, 'weight'), ...(given.texts('except') ?? [])]);
    const features = given.texts('features');
    return {
      ...planned(targetLeakage, rule, `no column tells ${label} alone`),
      field: columnOf({ ...rule, column: label }),
      work: leakageWork({
        label,
        numeric: specOf(table, label)?.type === 'number',
        regards: (column) => !except.has(column) && (features?.includes(column) ?? true),
      }),
    };
  },
};

interface Question {
  readonly label: string;
  /** The label is a number to be estimated and not a class. */
  readonly numeric: boolean;
  regards(column: string): boolean;
}

const leakageWork = (question: Question): AggregateWork<LeakageState> => ({
  kind: 'aggregate',
  start() {
    const reader = question.numeric ? numberLabel() : classLabel();
    const features = new Map<string, Feature>();
    return {
      batch: (batch) => take(question, reader, features, batch),
      state: () => ({
        classes: reader.classes ?? null,
        overflown: reader.overflown,
        features: [...features].map(([name, feature]) => [name, feature.state()] as const),
      }),
    };
  },
  merge: mergeLeakage,
  decide: (state) => decide(question, state),
});

function take(
  question: Question,
  reader: LabelReader,
  features: Map<string, Feature>,
  batch: ColumnBatch,
): void {
  const label = batch.column(question.label);
  if (label === undefined || reader.overflown) return;
  const labels = reader.read(label, batch.rows);
  for (const name of batch.file.columns) {
    const view = question.regards(name) ? batch.column(name) : undefined;
    if (view === undefined) continue;
    const feature =
      features.get(name) ?? new Feature(question.numeric ? addNumber : addClass, !question.numeric);
    features.set(name, feature);
    feature.take(view, labels);
  }
}

function decide({ label }: Question, state: LeakageState | undefined): Measurement {
  if (state === undefined || (state.features.length === 0 && !state.overflown))
    return unmeasured(`the data has no column "${label}", or none besides`);
  if (state.overflown)
    return unmeasured(`"${label}" has more than ${MAX_CLASSES} classes; declare it a number when it is one`);
  const classes = state.classes !== null;
  const found = state.features
    .filter(([, feature]) => labelledRows(feature, classes) >= MIN_ROWS)
    .map(([name, feature]) => ({ name, share: explainedShare(feature, classes) }))
    .flatMap(({ name, share }) => (share === undefined ? [] : [{ name, share }]))
    .sort((a, b) => b.share - a.share);
  const [best] = found;
  if (best === undefined)
    return unmeasured(`fewer than ${MIN_ROWS} rows with a label, or labels that do not differ`);
  return {
    count: best.share,
    note: `${best.name} explains ${(100 * best.share).toFixed(1)} % of ${label}`,
    discoveries: found.slice(0, 20).map(({ name, share }) => ({
      field: name,
      expected: `a column that does not tell ${label} alone`,
      hint: `it explains ${(100 * share).toFixed(1)} %`,
    })),
  };
}
