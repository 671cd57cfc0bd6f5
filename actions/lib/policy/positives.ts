import { groupSlices } from './fairness-gaps.ts';
import type { Answer, Question } from './judgement.ts';
import type { MetricsView } from './metrics-view.ts';
import { belongsTo } from './slice-name.ts';

/** Why a gate rests on too few rows, or on too few of the positive class; `undefined` when it has enough of both. */
export function tooFew(
  question: Question,
  n: number | undefined,
  candidate: MetricsView,
): Answer | undefined {
  const { minRows, minPositives } = question.gate;
  if (minRows > 1 && (n === undefined || n < minRows)) {
    const found = n === undefined ? 'an unknown number of rows' : `${n} rows`;
    return { status: 'too-few-rows', reason: `it rests on ${found}, min-rows asks for ${minRows}` };
  }
  if (minPositives === 0) return undefined;
  const positives = positiveRows(question, candidate);
  if (typeof positives === 'number' && positives >= minPositives) return undefined;
  const found =
    typeof positives === 'number'
      ? `it rests on ${positives} rows of the positive class`
      : `on how many rows of the positive class it rests is not known: ${positives}`;
  return { status: 'too-few-rows', reason: `${found}; min-positives asks for ${minPositives}` };
}

/** Rows of the positive class; of a gap between groups those of the group that has the fewest. Or why nobody knows. */
function positiveRows({ gate: { target }, slice }: Question, candidate: MetricsView): number | string {
  const { document, rows } = candidate;
  const positive = document?.settings.positiveLabel;
  if (document?.task !== 'binary' || positive === undefined) return 'the evaluation names no positive class';
  if (rows === undefined) return 'the candidate did not keep its rows';
  const ofClass = rows.filter(({ y }) => String(y) === positive);
  const count = (name: string): number | string =>
    rows.some(({ k }) => belongsTo(k, name))
      ? ofClass.filter(({ k }) => belongsTo(k, name)).length
      : `no row names the slice ${name}`;
  if (target.kind !== 'groups') return slice === undefined ? ofClass.length : count(slice);
  const counts = groupSlices(candidate, target.by).map(count);
  const unknown = counts.find((each) => typeof each === 'string');
  return unknown ?? Math.min(...counts.filter((each) => typeof each === 'number'));
}
