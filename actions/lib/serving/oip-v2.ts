import { modelPath } from './model-path.ts';
import { readTensors } from './oip-answer.ts';
import { bindTensors, tensorJson } from './oip-tensors.ts';
import type { Protocol } from './protocol.ts';

/**
 * The Open Inference Protocol, version 2, which KServe, Triton, MLServer, OpenVINO and others speak: tensors with name,
 * shape and datatype. The model's own description says which, so that nobody has to write them down.
 * Source: https://github.com/kserve/open-inference-protocol, specification/protocol/inference_rest.md
 */
export const oipV2: Protocol = {
  name: 'oip-v2',
  title: 'Open Inference Protocol v2',
  namesModels: true,
  plan(address, data, options, metadata) {
    const tensors = bindTensors(metadata ?? { name: '', inputs: [], outputs: [] }, data);
    const fixedRows = tensors.find((tensor) => tensor.fixedRows !== undefined)?.fixedRows;
    const asked = options.outputs ?? [];
    const outputs = asked.length === 0 ? '' : `,"outputs":${JSON.stringify(asked.map((name) => ({ name })))}`;
    // Without this hint KServe's own servers look at the first of several tensors alone, and say nothing about it.
    const columnwise = tensors.length > 1 && tensors.every(({ columns }) => columns.length === 1);
    const frame = columnwise ? '"parameters":{"content_type":"pd"},' : '';
    return {
      url: modelPath(address, 'v2', '/infer'),
      columns: tensors.flatMap(({ columns }) => columns),
      fixedRows,
      body(from, to) {
        const rows = { from, to, rows: fixedRows ?? to - from };
        return `{${frame}"inputs":[${tensors.map((tensor) => tensorJson(tensor, data, rows)).join(',')}]${outputs}}`;
      },
      read: (answer, rows) => readTensors(answer, rows, fixedRows ?? rows.to - rows.from),
    };
  },
};
