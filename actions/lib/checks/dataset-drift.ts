import { compareProfiles } from '../drift/compare-profiles.ts';
import { DATASET_SHARE, datasetDrift as judgeDataset } from '../drift/dataset-drift.ts';
import type { DriftRequest } from '../drift/request.ts';
import type { Threshold } from '../stats/threshold.ts';
import { type Arguments, readArguments } from './arguments.ts';
import type { CheckDefinition, Measurement, Rule, TableEvidence } from './check.ts';
import { DRIFT_PARAMETERS, driftRequest, driftWords } from './drift-arguments.ts';
import { noReference, referenceOf, tableOf, unmeasured } from './evidence.ts';
import { planned, refusal } from './planned.ts';

/** Whether so many columns drifted that the data as a whole did. */
export const datasetDrift: CheckDefinition = {
  name: 'datasetDrift',
  about:
    'The share of columns that drifted from the baseline (or another split), their p-values corrected for the number ' +
    'of columns; inconclusive where the columns in doubt could turn the answer',
  level: ['table'],
  aliases: [['Evidently', 'DriftedColumnsCount, DataDriftPreset']],
  dimension: 'consistency',
  threshold: { kind: 'single', operator: 'mustBeLessThan', value: DATASET_SHARE },
  units: ['value'],
  parameters: [
    ...DRIFT_PARAMETERS,
    {
      name: 'share',
      kind: 'number',
      about: `Share of columns at which the whole counts as drifted; ${DATASET_SHARE} when absent`,
    },
    { name: 'columns', kind: 'columns', about: 'The columns that are compared; all when absent' },
    {
      name: 'correction',
      kind: { oneOf: ['benjaminiHochberg'] },
      about: 'How p-values are corrected for the number of columns, as is done anyway',
    },
    {
      name: 'falseDiscoveryRate',
      kind: 'number',
      about: 'Share of false alarms among the alarms; 0.01 when absent',
    },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: datasetDrift, share: 0.3, correction: benjaminiHochberg, falseDiscoveryRate: 0.05 }`,
  plan(rule, table) {
    const given = readArguments(rule, datasetDrift.parameters, table);
    const against = given.text('against') ?? 'baseline';
    const limited = withShare(rule, given.number('share'));
    const alpha = given.number('falseDiscoveryRate');
    const question = {
      request: { ...driftRequest(given), ...(alpha !== undefined && { alpha }) },
      share: limited.threshold?.kind === 'single' ? limited.threshold.value : DATASET_SHARE,
      columns: given.texts('columns'),
    };
    return {
      ...planned(datasetDrift, limited, `no drift of the whole from the ${against}`),
      work: {
        kind: 'profile',
        decide(evidence) {
          const [before, now] = [referenceOf(evidence, against), tableOf(evidence, given.text('split'))];
          if (before === undefined) return noReference(against);
          if (now === undefined) return unmeasured('the data was not read');
          return measure(question, before, now);
        },
      },
    };
  },
};

interface Question {
  readonly request: DriftRequest;
  readonly share: number;
  readonly columns: ReturnType<Arguments['texts']>;
}

function withShare(rule: Rule, share: number | undefined): Rule {
  if (rule.threshold !== undefined) {
    if (share !== undefined) throw refusal(rule, 'give share or an operator, not both');
    if (rule.threshold.kind === 'range' || !rule.threshold.operator.startsWith('mustBeLess'))
      throw refusal(rule, 'drift has an upper limit: give mustBeLessThan, or the argument share');
    return rule;
  }
  if (share === undefined) return rule;
  if (!(share > 0 && share <= 1))
    throw refusal(rule, `share: expected more than 0 and at most 1, found ${share}`);
  const threshold: Threshold = { kind: 'single', operator: 'mustBeLessThan', value: share };
  return { ...rule, threshold };
}

const STATUS = { drifted: 'fail', stable: 'pass', inconclusive: 'inconclusive' } as const;

function measure(
  { request, share, columns }: Question,
  before: TableEvidence,
  now: TableEvidence,
): Measurement {
  const [reference, current] = [before, now].map((table) =>
    table.columns.filter(({ name }) => columns?.includes(name) ?? true),
  );
  const results = compareProfiles(reference ?? [], current ?? [], request);
  const whole = judgeDataset(results, share);
  if (whole.compared === 0) return unmeasured('there are no columns to compare');
  return {
    count: whole.share,
    note: `${whole.drifted} of ${whole.compared} columns drifted, ${whole.inconclusive} are in doubt`,
    verdict: { status: STATUS[whole.status] },
    discoveries: results
      .filter(({ status, test }) => status === 'drifted' && test === 'distribution')
      .map((result) => {
        const { change: _, ...shown } = result;
        return { field: result.field, expected: 'no drift', hint: driftWords(shown) };
      }),
  };
}
