import { ActionError } from '../errors.ts';
import { fieldsOf, isFields, listOf } from '../schema/fields.ts';
import { measured, numberAt } from './entry.ts';
import { fileFormat, type Measured } from './format.ts';
import type { TreeSource } from './source.ts';

const PATH = ['run', 'data', 'metrics'];

const metricsOf = (root: unknown): unknown => fieldsOf(fieldsOf(fieldsOf(root)['run'])['data'])['metrics'];

/** MLflow's JSON writes numbers that JSON does not have as texts. */
const NON_FINITE: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

function read({ parsed }: TreeSource): readonly Measured[] {
  return listOf(metricsOf(parsed.value)).map((metric, index) => {
    const { key, value, step } = fieldsOf(metric);
    const path = [...PATH, index];
    if (typeof key !== 'string')
      throw new ActionError('invalid-file', `${parsed.at(path)}: a metric without a key`);
    const number = NON_FINITE.get(value) ?? numberAt(parsed, [...path, 'value'], value);
    const params = Number.isFinite(Number(step ?? Number.NaN)) ? { params: { step: Number(step) } } : {};
    return measured(key, number, () => parsed.at([...path, 'value']), params);
  });
}

function endOf(root: unknown): { readonly created?: string } {
  const info = fieldsOf(fieldsOf(fieldsOf(root)['run'])['info']);
  // Protobuf writes 64-bit numbers as texts.
  const end = Number(info['end_time'] ?? info['start_time'] ?? Number.NaN);
  return end > 0 && end < 8.64e15 ? { created: new Date(end).toISOString() } : {};
}

/** What `GET runs/get` of MLflow's REST API answers, saved as it is. */
export const mlflowRest = fileFormat({
  name: 'mlflow-rest',
  title: 'the answer of runs/get of the MLflow REST API',
  naming: 'keys',
  source: 'tree',
  fits: ({ parsed: { value } }) => {
    const metrics = metricsOf(value);
    return Array.isArray(metrics) && metrics.every((metric) => isFields(metric) && 'key' in metric);
  },
  read: (source) => ({ metrics: read(source), ...endOf(source.parsed.value) }),
});
