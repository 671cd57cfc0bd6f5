import { answerJson, badAnswer } from './answer-json.ts';
import { featureColumns } from './data-rows.ts';
import { kindOf } from './foreign-value.ts';
import { jsonColumn } from './json-cells.ts';
import { valueAt } from './json-pointer.ts';
import { readPredictions } from './prediction-list.ts';
import type { AnsweredRows, Protocol } from './protocol.ts';
import { objectsOfRows } from './row-json.ts';

/**
 * A server with no protocol: `{"instances": [{column: value}]}` goes to the very address, and the answer is a list,
 * `{"predictions": […]}`, or has its list where a JSON pointer says.
 */
export const plainJson: Protocol = {
  name: 'json',
  title: 'plain JSON',
  namesModels: false,
  plan(address, data, { pointer }) {
    const columns = featureColumns(data);
    const cells = columns.map((column) => jsonColumn(data.table, column));
    return {
      url: address.url,
      columns,
      fixedRows: undefined,
      body: (from, to) => `{"instances":${objectsOfRows(cells, from, to)}}`,
      read: (answer, rows) => readPredictions(listIn(answerJson(answer, rows), pointer, rows), rows),
    };
  },
};

function listIn(body: unknown, pointer: string | undefined, rows: AnsweredRows): unknown {
  if (pointer !== undefined) {
    const found = valueAt(body, pointer);
    if (found === undefined)
      throw badAnswer(rows, `has nothing at the pointer "${pointer}"; it is ${kindOf(body)}`);
    return found;
  }
  if (Array.isArray(body)) return body;
  if (typeof body === 'object' && body !== null && 'predictions' in body) return body.predictions;
  throw badAnswer(
    rows,
    `is ${kindOf(body)}; expected a list or an object with "predictions", or else say where the predictions are with a JSON pointer such as /outputs/0`,
  );
}
