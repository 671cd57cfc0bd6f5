import { ActionError } from '../errors.ts';
import { fieldsOf, isFields, listOf, textOf } from '../schema/fields.ts';
import type { ValuePath } from '../schema/parsed-text.ts';
import { measured, numberAt } from './entry.ts';
import { fileFormat, type Measured } from './format.ts';
import type { TreeSource } from './source.ts';
import { isParam, paramsOf } from './values.ts';

/** Columns of the slice that a data set makes. */
const SLICE_KEYS = ['config', 'split'] as const;

function resultOf(
  { parsed }: TreeSource,
  path: ValuePath,
  result: unknown,
  model: Readonly<Record<string, string>>,
): readonly Measured[] {
  const { dataset: data, task, metrics } = fieldsOf(result);
  const dataset = fieldsOf(data);
  const kept = SLICE_KEYS.flatMap((key) =>
    isParam(dataset[key]) ? [[key, String(dataset[key])] as const] : [],
  );
  const slice = {
    ...model,
    dataset: textOf(dataset['type']) ?? textOf(dataset['name']) ?? 'unknown',
    ...Object.fromEntries(kept),
  };
  const params = {
    ...paramsOf({ task: fieldsOf(task)['type'], revision: dataset['revision'] }),
    ...paramsOf(fieldsOf(dataset['args'])),
  };
  return listOf(metrics).map((metric, index) => {
    const at = [...path, 'metrics', index];
    const { type, value, args } = fieldsOf(metric);
    if (typeof type !== 'string')
      throw new ActionError('invalid-file', `${parsed.at(at)}: a metric without a type`);
    const number = numberAt(parsed, [...at, 'value'], value);
    return measured(type, number, () => parsed.at([...at, 'value']), {
      slice,
      params: { ...params, ...paramsOf(fieldsOf(args)) },
    });
  });
}

function read(source: TreeSource): readonly Measured[] {
  const root = fieldsOf(source.parsed.value);
  const models = listOf(root['model-index']);
  const found = models.flatMap((model, index) => {
    const { name, results } = fieldsOf(model);
    const slice: Readonly<Record<string, string>> =
      models.length > 1 ? { model: textOf(name) ?? String(index) } : {};
    return listOf(results).flatMap((result, at) =>
      resultOf(source, ['model-index', index, 'results', at], result, slice),
    );
  });
  if (found.length > 0) return found;
  throw new ActionError(
    'invalid-file',
    `${source.parsed.at(['model-index'])}: the model-index holds no result`,
  );
}

/** The `model-index` of a model card on the Hugging Face Hub. Values are as written, often percents. */
export const hfModelIndex = fileFormat({
  name: 'hf-model-index',
  title: 'a model card with a model-index',
  naming: '`accuracy[config=…,dataset=…,split=…]`',
  source: 'tree',
  fits: ({ parsed: { value } }) => isFields(value) && Array.isArray(value['model-index']),
  read: (source) => ({ metrics: read(source) }),
});
