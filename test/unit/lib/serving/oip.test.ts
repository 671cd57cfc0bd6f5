import { describe, expect, test } from 'vitest';
import { readAddress } from '../../../../actions/lib/serving/address.ts';
import { readMetadata } from '../../../../actions/lib/serving/oip-metadata.ts';
import { oipV2 } from '../../../../actions/lib/serving/oip-v2.ts';
import type {
  AnsweredRows,
  ProtocolOptions,
  TensorMetadata,
} from '../../../../actions/lib/serving/protocol.ts';
import { scoresOf } from '../../../../actions/lib/serving/scores.ts';
import { servedData } from '../../../support/model-servers.ts';

const CSV =
  'a,label,b,text,flag,big\n1,0,0.5,x,true,9007199254740993\n-2,1,1e-3,"y ""z""",false,18446744073709551615\n';
const tensor = (name: string, datatype: string, ...shape: number[]): TensorMetadata => ({
  name,
  datatype,
  shape,
});

async function plan(
  inputs: readonly TensorMetadata[],
  features: readonly string[] = [],
  options: ProtocolOptions = {},
  csv = CSV,
) {
  const data = await servedData(csv, { features });
  const made = oipV2.plan(readAddress('https://h/v2/models/m'), data, options, {
    name: 'm',
    inputs,
    outputs: [],
  });
  return { data, plan: made };
}

/** The tensors of a body without the hint that all texts have. */
const inputsOf = (body: string): readonly object[] =>
  JSON.parse(body).inputs.map(({ parameters, ...tensor }: { parameters?: object; datatype: string }) => {
    expect(parameters).toEqual(tensor.datatype === 'BYTES' ? { content_type: 'str' } : undefined);
    return tensor;
  });

describe('tensors are made as the model describes them', () => {
  test.each<[string, readonly TensorMetadata[], readonly string[], object]>([
    [
      'a matrix of named features',
      [tensor('in', 'FP32', -1, 2)],
      ['b', 'a'],
      [{ name: 'in', shape: [2, 2], datatype: 'FP32', data: [0.5, 1, 0.001, -2] }],
    ],
    [
      'a matrix of open width',
      [tensor('in', 'FP64', -1, -1)],
      ['a', 'b'],
      [{ name: 'in', shape: [2, 2], datatype: 'FP64', data: [1, 0.5, -2, 0.001] }],
    ],
    [
      'a row without its dimension of rows',
      [tensor('in', 'FP32', 2)],
      ['a', 'b'],
      [{ name: 'in', shape: [2, 2], datatype: 'FP32', data: [1, 0.5, -2, 0.001] }],
    ],
    [
      'rows of rows',
      [tensor('in', 'FP32', -1, 2, 1)],
      ['a', 'b'],
      [{ name: 'in', shape: [2, 2, 1], datatype: 'FP32', data: [1, 0.5, -2, 0.001] }],
    ],
    [
      'a column of its own name',
      [tensor('text', 'BYTES', -1)],
      [],
      [{ name: 'text', shape: [2], datatype: 'BYTES', data: ['x', 'y "z"'] }],
    ],
    [
      'several columns by name',
      [tensor('b', 'FP32', -1, 1), tensor('a', 'INT8', -1)],
      [],
      [
        { name: 'b', shape: [2, 1], datatype: 'FP32', data: [0.5, 0.001] },
        { name: 'a', shape: [2], datatype: 'INT8', data: [1, -2] },
      ],
    ],
    [
      'several inputs by the order of features',
      [tensor('i0', 'FP32', -1, 2), tensor('i1', 'BOOL', -1, 1)],
      ['a', 'b', 'flag'],
      [
        { name: 'i0', shape: [2, 2], datatype: 'FP32', data: [1, 0.5, -2, 0.001] },
        { name: 'i1', shape: [2, 1], datatype: 'BOOL', data: [true, false] },
      ],
    ],
    [
      'truth values as numbers',
      [tensor('in', 'INT32', -1, 1)],
      ['flag'],
      [{ name: 'in', shape: [2, 1], datatype: 'INT32', data: [1, 0] }],
    ],
    [
      'numbers as texts',
      [tensor('in', 'BYTES', -1, 1)],
      ['a'],
      [{ name: 'in', shape: [2, 1], datatype: 'BYTES', data: ['1', '-2'] }],
    ],
  ])('%s', async (_, inputs, features, expected) => {
    const { plan: made } = await plan(inputs, features);
    expect(inputsOf(made.body(0, 2))).toEqual(expected);
  });

  test('integers beyond 2^53 keep their digits', async () => {
    const { plan: made } = await plan([tensor('big', 'UINT64', -1)]);
    expect(made.body(0, 2)).toContain('"data":[9007199254740993,18446744073709551615]');
  });

  test('several columns are announced as a data frame, of which KServe would take the first alone', async () => {
    const columns = [tensor('a', 'FP32', -1), tensor('b', 'FP32', -1, 1)];
    const { plan: several } = await plan(columns);
    expect(JSON.parse(several.body(0, 1)).parameters).toEqual({ content_type: 'pd' });
    for (const inputs of [columns.slice(0, 1), [tensor('m', 'FP32', -1, 2)]]) {
      const { plan: one } = await plan(
        inputs,
        inputs.length === 1 && inputs[0]?.name === 'm' ? ['a', 'b'] : [],
      );
      expect(JSON.parse(one.body(0, 1)).parameters).toBeUndefined();
    }
  });

  test('only the wanted outputs are asked for', async () => {
    const { plan: made } = await plan([tensor('a', 'FP32', -1)], [], { outputs: ['predict_proba'] });
    expect(JSON.parse(made.body(0, 1)).outputs).toEqual([{ name: 'predict_proba' }]);
  });

  test('a model that does not describe its inputs gets a matrix of numbers', async () => {
    const { plan: made } = await plan([], ['a', 'b']);
    expect(inputsOf(made.body(1, 2))).toEqual([
      { name: 'input-0', shape: [1, 2], datatype: 'FP64', data: [-2, 0.001] },
    ]);
  });

  test('or the columns of a data frame, where some are texts', async () => {
    const { plan: made } = await plan([], ['a', 'b', 'text', 'flag']);
    expect(JSON.parse(made.body(0, 1))).toEqual({
      parameters: { content_type: 'pd' },
      inputs: [
        { name: 'a', shape: [1, 1], datatype: 'INT64', data: [1] },
        { name: 'b', shape: [1, 1], datatype: 'FP64', data: [0.5] },
        { name: 'text', shape: [1, 1], datatype: 'BYTES', parameters: { content_type: 'str' }, data: ['x'] },
        { name: 'flag', shape: [1, 1], datatype: 'BOOL', data: [true] },
      ],
    });
  });
});

describe('what does not fit is refused with both sides', () => {
  test.each<[string, readonly TensorMetadata[], readonly string[], RegExp]>([
    [
      'too many columns',
      [tensor('in', 'FP32', -1, 2)],
      ['a', 'b', 'flag'],
      /the input "in" \(FP32 \[-1, 2\]\) of m does not take rows of 3 columns \(a, b, flag\)/,
    ],
    [
      'too few for a fixed tensor',
      [tensor('in', 'FP32', -1, 2, -1)],
      ['a', 'b', 'flag'],
      /does not take rows of 3 columns/,
    ],
    [
      'several columns for one value a row',
      [tensor('in', 'FP32', -1)],
      ['a', 'b'],
      /\(FP32 \[-1\]\) of m does not take rows of 2/,
    ],
    [
      'an input without a column',
      [tensor('a', 'FP32', -1), tensor('flags', 'BOOL', -1)],
      [],
      /the model m has an input of that name, but: test\.csv has no column "flags"; did you mean "flag"\?/,
    ],
    [
      'too few features for all inputs',
      [tensor('i0', 'FP32', -1, 2), tensor('i1', 'FP32', -1, 1)],
      ['a', 'b'],
      /take 3 columns, but 2 are named \(a, b\)/,
    ],
    [
      'a datatype of nobody',
      [tensor('in', 'COMPLEX', -1, 1)],
      ['a'],
      /has the datatype COMPLEX; known are FP16/,
    ],
    [
      'a feature that is not there',
      [tensor('in', 'FP32', -1, 1)],
      ['c'],
      /features: test\.csv has no column "c"/,
    ],
  ])('%s', async (_, inputs, features, message) => {
    await expect(plan(inputs, features)).rejects.toThrow(message);
  });

  test.each([
    ['FP32', 'text', 'x', 'a number'],
    ['INT8', 'big', '9007199254740993', 'a whole number from -128 to 127'],
    ['INT32', 'b', '0.5', 'a whole number from -2147483648 to 2147483647'],
    ['BOOL', 'text', 'x', 'true or false'],
  ])('%s of a cell that is none', async (datatype, column, value, expected) => {
    const { plan: made } = await plan([tensor('in', datatype, -1, 1)], [column]);
    expect(() => made.body(0, 2)).toThrow(
      `test.csv:2: ${column} is "${value}", but the input "in" of the model takes ${expected} (${datatype})`,
    );
  });

  test('UINT64 ends at 2^64', async () => {
    const { plan: made } = await plan([tensor('n', 'UINT64', -1)], [], {}, 'n\n18446744073709551616\n');
    expect(() => made.body(0, 1)).toThrow(/from 0 to 18446744073709551615/);
  });

  test('no value has no number', async () => {
    const { plan: made } = await plan([tensor('a', 'FP32', -1)], [], {}, 'a,b\n1,x\n,y\n');
    expect(() => made.body(0, 2)).toThrow(
      'test.csv:3: a is empty, but the input "a" of the model takes a number',
    );
  });
});

describe('answers', () => {
  const read = async (outputs: unknown, count = 2, inputs = [tensor('a', 'FP32', -1)]) => {
    const { plan: made, data } = await plan(inputs);
    const rows: AnsweredRows = { from: 0, to: count, data, server: 'https://h', redact: (text) => text };
    const text = JSON.stringify(outputs === undefined ? {} : { model_name: 'm', outputs });
    const { labels, numbers } = scoresOf(
      made.read({ status: 200, contentType: 'application/json', text }, rows),
      's',
    );
    return { labels, numbers: numbers && [[...numbers.values], numbers.width] };
  };
  const probabilities = {
    name: 'probabilities',
    datatype: 'FP32',
    shape: [2, 2],
    data: [0.1, 0.9, 0.8, 0.2],
  };

  test.each<[string, readonly object[], object]>([
    ['flat data', [probabilities], { labels: undefined, numbers: [[0.1, 0.9, 0.8, 0.2], 2] }],
    [
      'nested data',
      [
        {
          ...probabilities,
          data: [
            [0.1, 0.9],
            [0.8, 0.2],
          ],
        },
      ],
      { labels: undefined, numbers: [[0.1, 0.9, 0.8, 0.2], 2] },
    ],
    [
      'a label of texts and probabilities',
      [{ name: 'label', datatype: 'BYTES', shape: [2], data: ['x', 'y'] }, probabilities],
      { labels: ['x', 'y'], numbers: [[0.1, 0.9, 0.8, 0.2], 2] },
    ],
    [
      'a label of numbers and probabilities',
      [{ name: 'output_label', datatype: 'INT64', shape: [2], data: [1, 0] }, probabilities],
      { labels: [1, 0], numbers: [[0.1, 0.9, 0.8, 0.2], 2] },
    ],
    [
      'one value a row',
      [{ name: 'predict', datatype: 'FP64', shape: [2, 1], data: [0.25, 3] }],
      { labels: undefined, numbers: [[0.25, 3], 1] },
    ],
    [
      'whole numbers',
      [{ name: 'predict', datatype: 'INT64', shape: [2, 1], data: [2, 1] }],
      { labels: [2, 1], numbers: [[2, 1], 1] },
    ],
    [
      'truth values',
      [{ name: 'spam', datatype: 'BOOL', shape: [2], data: [true, false] }],
      { labels: ['true', 'false'], numbers: undefined },
    ],
  ])('%s', async (_, outputs, expected) => {
    expect(await read(outputs)).toEqual(expected);
  });

  test.each<[string, unknown, RegExp]>([
    [
      'another number of rows',
      [{ ...probabilities, shape: [1, 2], data: [0, 1] }],
      /the output "probabilities" with shape \[1, 2\]; expected \[2, 2\] for the 2 rows that were sent/,
    ],
    [
      'data that is not of its shape',
      [{ ...probabilities, data: [0, 1, 0] }],
      /has 3 values in the output "probabilities", but its shape \[2, 2\] has 4/,
    ],
    [
      'a text among numbers',
      [{ ...probabilities, data: [0, 1, 'x', 0] }],
      /has for test\.csv:3 in the output "probabilities" the text "x" where a number was expected \(FP32\)/,
    ],
    [
      'null',
      [{ ...probabilities, data: [0, null, 1, 0] }],
      /has for test\.csv:2 in the output "probabilities" null where/,
    ],
    [
      'a number among texts',
      [{ name: 'l', datatype: 'BYTES', shape: [2], data: ['x', 1] }],
      /has for test\.csv:3 in the output "l" 1 where a text/,
    ],
    [
      'several texts a row',
      [{ name: 'l', datatype: 'BYTES', shape: [2, 2], data: ['x', 'y', 'z', 'w'] }],
      /2 values of type BYTES a row/,
    ],
    ['no outputs', undefined, /is an empty object; expected an object with "outputs"/],
    ['no list of outputs', 'x', /expected an object with "outputs"/],
    [
      'an output without data',
      [{ name: 'p', shape: [2], datatype: 'FP32' }],
      /expected name, shape, datatype and data/,
    ],
    [
      'a shape that is none',
      [{ ...probabilities, shape: [2, -1] }],
      /expected name, shape, datatype and data/,
    ],
  ])('%s is refused', async (_, outputs, message) => {
    await expect(read(outputs)).rejects.toThrow(message);
  });

  test('what was sent to fill up is left out', async () => {
    const outputs = [{ name: 'p', datatype: 'FP32', shape: [4], data: [1.5, 2, 2, 2] }];
    expect(
      await read(
        outputs,
        1,
        [tensor('in', 'FP32', 4, 1)].map((input) => ({ ...input, name: 'a' })),
      ),
    ).toEqual({
      labels: undefined,
      numbers: [[1.5], 1],
    });
  });
});

test.each<[unknown, object | undefined]>([
  [
    { name: 'm', inputs: [{ name: 'a', datatype: 'FP32', shape: [-1] }] },
    { name: 'm', inputs: [tensor('a', 'FP32', -1)], outputs: [] },
  ],
  [
    { name: 'm', platform: 'sklearn' },
    { name: 'm', inputs: [], outputs: [] },
  ],
  [
    { name: 'm', versions: [], inputs: [], outputs: [] },
    { name: 'm', inputs: [], outputs: [] },
  ],
  [{ name: 'm' }, undefined],
  [{ name: 'm', inputs: [] }, undefined],
  [{ inputs: [{ name: 'a', datatype: 'FP32', shape: [-1] }] }, undefined],
  ['m', undefined],
  [null, undefined],
])('%j as metadata', (body, expected) => {
  expect(readMetadata(body)).toEqual(expected);
});
