import { sha256 } from '../digest.ts';
import { ActionError } from '../errors.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../schema/fields.ts';
import { type EntryFacts, measured, numberAt } from './entry.ts';
import { type FormatReading, fileFormat, type Measured } from './format.ts';
import { shareInterval } from './interval.ts';
import { type CaseResult, rowsOfCases } from './row-values.ts';
import type { TreeSource } from './source.ts';
import { countOf } from './values.ts';

/** The run lies in the file, or under `testRunData` as in `.deepeval/.latest_test_run.json`. */
const runOf = (root: unknown): { readonly run: Fields; readonly base: readonly string[] } => {
  const fields = fieldsOf(root);
  const { testRunData } = fields;
  return isFields(testRunData) ? { run: testRunData, base: ['testRunData'] } : { run: fields, base: [] };
};

const HIGHER: EntryFacts = { direction: 'higher' };

/** Mean score and share of passes of each metric. Which way its score is better, DeepEval's file does not say. */
function scoresOf({ parsed }: TreeSource, run: Fields, base: readonly string[]): readonly Measured[] {
  return listOf(run['metricsScores']).flatMap((item, index) => {
    const path = [...base, 'metricsScores', index];
    const { metric, scores, passes, fails, errors } = fieldsOf(item);
    if (typeof metric !== 'string')
      throw new ActionError('invalid-file', `${parsed.at(path)}: scores without the name of a metric`);
    const values = listOf(scores).map((score, at) => numberAt(parsed, [...path, 'scores', at], score));
    const place = (): string => parsed.at(path);
    const judged = (countOf(passes) ?? 0) + (countOf(fails) ?? 0) + (countOf(errors) ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [
      measured(metric, mean, place, { n: values.length }),
      ...(judged === 0
        ? []
        : [
            measured(`${metric}.pass_rate`, (countOf(passes) ?? 0) / judged, place, { ...HIGHER, n: judged }),
            measured(`${metric}.errors`, countOf(errors) ?? 0, place, { direction: 'lower', n: judged }),
          ]),
    ];
  });
}

function passRate({ parsed }: TreeSource, run: Fields, base: readonly string[]): readonly Measured[] {
  const passed = countOf(run['testPassed']);
  const failed = countOf(run['testFailed']);
  if (passed === undefined || failed === undefined || passed + failed === 0) return [];
  const n = passed + failed;
  const ci = shareInterval(passed, n);
  const facts = { ...HIGHER, n, ...(ci && { ci }) };
  return [measured('pass_rate', passed / n, () => parsed.at([...base, 'testPassed']), facts)];
}

function caseOf(test: Fields): CaseResult {
  const { name, input, expectedOutput, success } = test;
  const asked = sha256(JSON.stringify([input ?? null, expectedOutput ?? null])).slice(7, 19);
  const metrics = listOf(test['metricsData']).map(fieldsOf);
  const values = metrics.flatMap(({ name: metric, score, success: passed }) =>
    typeof metric !== 'string'
      ? []
      : [
          ...(typeof score === 'number' ? [[metric, score] as const] : []),
          ...(typeof passed === 'boolean' ? [[`${metric}.pass_rate`, passed ? 1 : 0] as const] : []),
        ],
  );
  const known = typeof success === 'boolean';
  return {
    id: `${textOf(name) ?? 'test'}/${asked}`,
    outcome: known ? (success ? 'passed' : 'failed') : undefined,
    values: { ...(known && { pass_rate: success ? 1 : 0 }), ...Object.fromEntries(values) },
    slices: [],
  };
}

function read(source: TreeSource): FormatReading {
  const { run, base } = runOf(source.parsed.value);
  const metrics = [...passRate(source, run, base), ...scoresOf(source, run, base)];
  if (metrics.length === 0)
    throw new ActionError('invalid-file', `${source.parsed.where}: the test run holds no score`);
  const tests = [...listOf(run['testCases']), ...listOf(run['conversationalTestCases'])].map(fieldsOf);
  return { metrics, ...(tests.length > 0 && { rows: rowsOfCases(tests.map(caseOf)) }) };
}

/** A test run of DeepEval, from `DEEPEVAL_RESULTS_FOLDER` or `.deepeval/.latest_test_run.json`. */
export const deepeval = fileFormat({
  name: 'deepeval',
  title: 'a test run of DeepEval',
  naming:
    '`pass_rate`, and for each metric its mean, `<metric>.pass_rate` and `<metric>.errors`; test cases pair two runs',
  source: 'tree',
  fits: ({ parsed: { value } }) => {
    const { run } = runOf(value);
    return Array.isArray(run['metricsScores']) && ('testCases' in run || 'testPassed' in run);
  },
  read,
});
