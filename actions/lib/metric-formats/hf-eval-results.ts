import { fieldsOf, isFields, listOf, textOf } from '../schema/fields.ts';
import { measured, numberAt } from './entry.ts';
import { fileFormat, type Measured } from './format.ts';
import type { TreeSource } from './source.ts';
import { paramsOf } from './values.ts';

const isResult = (value: unknown): boolean =>
  isFields(value) &&
  'value' in value &&
  isFields(value['dataset']) &&
  typeof value['dataset']['id'] === 'string' &&
  typeof value['dataset']['task_id'] === 'string';

function read({ parsed }: TreeSource): readonly Measured[] {
  return listOf(parsed.value).map((item, index) => {
    const { dataset: data, value, notes } = fieldsOf(item);
    const dataset = fieldsOf(data);
    const path = [index, 'value'];
    return measured(textOf(dataset['task_id']) ?? '', numberAt(parsed, path, value), () => parsed.at(path), {
      slice: { dataset: textOf(dataset['id']) ?? '' },
      params: paramsOf({ revision: dataset['revision'], notes }),
    });
  });
}

/** `.eval_results/*.yaml` of a model repository on the Hugging Face Hub: a metric for each task of a benchmark. */
export const hfEvalResults = fileFormat({
  name: 'hf-eval-results',
  title: 'evaluation results of a Hugging Face repository, .eval_results/*.yaml',
  naming: '`gpqa_diamond[dataset=Idavidrein/gpqa]`: the task on its data set',
  source: 'tree',
  fits: ({ parsed: { value } }) => Array.isArray(value) && value.length > 0 && value.every(isResult),
  read: (source) => ({ metrics: read(source) }),
});
