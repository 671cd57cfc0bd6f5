import { answerJson } from './answer-json.ts';
import { featureColumns } from './data-rows.ts';
import { jsonColumn } from './json-cells.ts';
import { predictionsIn } from './kserve-v1.ts';
import { readPredictions } from './prediction-list.ts';
import type { Protocol } from './protocol.ts';
import { arrayOfRows } from './row-json.ts';

/**
 * MLflow's scoring server, version 2 and later: `{"dataframe_split": {"columns", "data"}}`, answered by
 * `{"predictions": …}`, which is a list, or a data frame as a list of objects.
 * Source: https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally
 */
export const mlflow: Protocol = {
  name: 'mlflow',
  title: 'MLflow scoring server',
  namesModels: false,
  plan(address, data) {
    const columns = featureColumns(data);
    const cells = columns.map((column) => jsonColumn(data.table, column));
    const names = JSON.stringify(columns);
    return {
      url: `${address.base}/invocations${address.query}`,
      columns,
      fixedRows: undefined,
      body: (from, to) => `{"dataframe_split":{"columns":${names},"data":${arrayOfRows(cells, from, to)}}}`,
      read: (answer, rows) => readPredictions(predictionsIn(answerJson(answer, rows), rows), rows),
    };
  },
};
