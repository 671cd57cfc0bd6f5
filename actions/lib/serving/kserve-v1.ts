import { answerJson, badAnswer } from './answer-json.ts';
import { featureColumns } from './data-rows.ts';
import { kindOf } from './foreign-value.ts';
import { jsonColumn } from './json-cells.ts';
import { modelPath } from './model-path.ts';
import { readPredictions } from './prediction-list.ts';
import type { AnsweredRows, Protocol } from './protocol.ts';
import { arrayOfRows, objectsOfRows } from './row-json.ts';

/**
 * KServe's first protocol, which TensorFlow Serving speaks as well: `{"instances": […]}`, answered by
 * `{"predictions": […]}`. Rows of numbers are sent as lists, rows with texts among them as objects, as the protocol
 * leaves open what an instance is and these are what its servers take.
 * Source: https://kserve.github.io/website/docs/concepts/architecture/data-plane/v1-protocol
 */
export const kserveV1: Protocol = {
  name: 'kserve-v1',
  title: 'KServe v1',
  namesModels: true,
  plan(address, data) {
    const columns = featureColumns(data);
    const cells = columns.map((column) => jsonColumn(data.table, column));
    const plain = cells.every(({ kind }) => kind !== 'text' && kind !== 'mixed');
    const rowsJson = plain ? arrayOfRows : objectsOfRows;
    return {
      url: modelPath(address, 'v1', ':predict'),
      columns,
      fixedRows: undefined,
      body: (from, to) => `{"instances":${rowsJson(cells, from, to)}}`,
      read: (answer, rows) => readPredictions(predictionsIn(answerJson(answer, rows), rows), rows),
    };
  },
};

/** @throws ActionError invalid-file when there is no key `predictions` */
export function predictionsIn(body: unknown, rows: AnsweredRows): unknown {
  if (typeof body === 'object' && body !== null && !Array.isArray(body) && 'predictions' in body)
    return body.predictions;
  throw badAnswer(rows, `is ${kindOf(body)}; expected an object with "predictions"`);
}
