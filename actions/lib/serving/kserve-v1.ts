import { answerJson, badAnswer } from './answer-json.ts';
import { featureColumns } from './data-rows.ts';
import { kindOf } from './foreign-value.ts';
import { jsonColumn } from './json-cells.ts';
import { modelPath } from './model-path.ts';
import { readPredictions } from './prediction-list.ts';
import type { AnsweredRows, InstanceForm, Protocol } from './protocol.ts';
import { arrayOfRows, objectsOfRows, type RowsJson } from './row-json.ts';

/**
 * KServe's first protocol, which TensorFlow Serving speaks as well: `{"instances": […]}`, answered by
 * `{"predictions": […]}`. The protocol leaves open what an instance is. TensorFlow Serving and most servers of people's
 * own take lists or objects; KServe's servers for scikit-learn and LightGBM make a data frame of each instance, for
 * which an object of bare values will not do.
 * Source: https://kserve.github.io/website/docs/concepts/architecture/data-plane/v1-protocol
 */
export const kserveV1: Protocol = {
  name: 'kserve-v1',
  title: 'KServe v1',
  namesModels: true,
  plan(address, data, { instances = 'auto' }) {
    const columns = featureColumns(data);
    const cells = columns.map((column) => jsonColumn(data.table, column));
    const numbers = cells.every(({ kind }) => kind !== 'text' && kind !== 'mixed');
    const form = instances === 'auto' ? (numbers ? 'lists' : 'objects') : instances;
    const rowsJson = FORMS[form];
    return {
      url: modelPath(address, 'v1', ':predict'),
      columns,
      fixedRows: undefined,
      body: (from, to) => `{"instances":${rowsJson(cells, from, to)}}`,
      read: (answer, rows) => readPredictions(predictionsIn(answerJson(answer, rows), rows), rows),
    };
  },
};

const FORMS: Readonly<Record<Exclude<InstanceForm, 'auto'>, RowsJson>> = {
  lists: arrayOfRows,
  objects: objectsOfRows,
  // One instance that is a list of objects.
  frame: (columns, from, to) => `[${objectsOfRows(columns, from, to)}]`,
};

/** @throws ActionError server-failed when there is no key `predictions` */
export function predictionsIn(body: unknown, rows: AnsweredRows): unknown {
  if (typeof body === 'object' && body !== null && !Array.isArray(body) && 'predictions' in body)
    return body.predictions;
  throw badAnswer(rows, `is ${kindOf(body)}; expected an object with "predictions"`);
}
