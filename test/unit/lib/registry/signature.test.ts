import { describe, expect, test } from 'vitest';
import type { ModelSignature } from '../../../../actions/lib/registry/events.ts';
import { incompatibility, parseSignature } from '../../../../actions/lib/registry/signature.ts';

const field = (name: string, type = 'double', required = true) => ({ name, type, required });
const signature = (
  inputs: ModelSignature['inputs'],
  outputs: ModelSignature['outputs'] = [],
): ModelSignature => ({ inputs, outputs });

describe('a signature', () => {
  test('is read from our own form', () => {
    const text = `{"inputs": [{"name": "age", "type": "long"}, {"name": "plan", "type": "string", "required": false}],
      "outputs": [{"name": "churns", "type": "double", "required": true}]}`;
    expect(parseSignature(text, 's.json')).toEqual({
      inputs: [field('age', 'long'), field('plan', 'string', false)],
      outputs: [field('churns')],
    });
  });

  // What `mlflow.models.infer_signature(...).to_dict()` gives for data frames, arrays, lists and objects.
  test('is read from what MLflow writes', () => {
    const text = JSON.stringify({
      inputs: JSON.stringify([
        { type: 'long', name: 'age', required: true },
        { type: 'string', name: 'plan', required: false },
        { type: 'array', items: { type: 'double' }, name: 'history', required: true },
        {
          type: 'object',
          properties: {
            city: { type: 'string', required: true },
            zip: { type: 'long', required: false },
          },
          name: 'home',
          required: true,
        },
      ]),
      outputs: JSON.stringify([{ type: 'tensor', 'tensor-spec': { dtype: 'float64', shape: [-1, 2] } }]),
      params: JSON.stringify([{ name: 'threshold', default: 0.5, shape: null, type: 'double' }]),
    });
    expect(parseSignature(text, 's.json')).toEqual({
      inputs: [
        field('age', 'long'),
        field('plan', 'string', false),
        field('history', 'array<double>'),
        field('home', 'object{city: string, zip?: long}'),
        field('threshold', 'double', false),
      ],
      outputs: [field('0', 'tensor(float64)[-1,2]')],
    });
  });

  test('may know nothing of one side, as MLflow has it', () => {
    expect(
      parseSignature('{"inputs": "[{\\"type\\": \\"long\\", \\"name\\": \\"a\\"}]", "outputs": null}', 's'),
    ).toEqual({ inputs: [field('a', 'long')], outputs: [] });
  });

  test.each([
    ['{"inputs": [', /^s\.json:1:13: not valid JSON/],
    ['[]', /^s\.json:1:1: the document: expected an object with inputs and outputs/],
    ['{"inputs": []}', /^s\.json:1:1: outputs: expected a list of fields/],
    [
      '{"inputs": [],\n "output": []}',
      /^s\.json:2:12: output: expected one of inputs, outputs; did you mean "outputs"/,
    ],
    ['{"inputs": [{"name": "a"}], "outputs": []}', /^s\.json:1:13: inputs\[0\]\.type: expected the type/],
    [
      '{"inputs": [{"name": "a", "type": "long", "requird": true}], "outputs": []}',
      /requird: expected one of name, type, required; did you mean "required"/,
    ],
    [
      '{"inputs": [{"name": "a", "type": "long", "required": "yes"}], "outputs": []}',
      /^s\.json:1:55: inputs\[0\]\.required: expected true or false/,
    ],
    [
      '{"inputs": [{"name": "a", "type": "long"}, {"name": "a", "type": "long"}], "outputs": []}',
      /inputs: the field "a" stands here twice/,
    ],
    ['{"inputs": "[{", "outputs": null}', /^s\.json:1:12, in the text of inputs:1:3: not valid JSON/],
    [
      '{"inputs": "[{\\"name\\": 1}]", "outputs": null}',
      /in the text of inputs:1:2: \[0\]: expected a column/,
    ],
    ['{"inputs": "[]", "outputs": []}', /^s\.json:1:29: outputs: expected JSON in a text/],
  ])('%s is refused with its place', (text, message) => {
    expect(() => parseSignature(text, 's.json')).toThrow(
      expect.objectContaining({ code: 'invalid-file', message: expect.stringMatching(message) }),
    );
  });
});

describe('callers of the serving version', () => {
  const serving = signature([field('age'), field('plan', 'string', false)], [field('score')]);
  test.each<[string, ModelSignature, RegExp | undefined]>([
    ['get on with the same', serving, undefined],
    ['get on with one that needs less', signature([field('age')], [field('score')]), undefined],
    [
      'get on with one that gives more',
      signature([field('age')], [field('score'), field('why', 'string')]),
      undefined,
    ],
    [
      'do not send an input that is new',
      signature([field('age'), field('zip')], [field('score')]),
      /^requires the input zip, which callers need not send$/,
    ],
    [
      'may leave out an input that was optional',
      signature([field('age'), field('plan', 'string')], [field('score')]),
      /requires the input plan/,
    ],
    [
      'get on with a new input that is optional',
      signature([field('age'), field('zip', 'long', false)], [field('score')]),
      undefined,
    ],
    ['rely on an output', signature([field('age')]), /does not always give the output score/],
    [
      'send their types',
      signature([field('age', 'string')], [field('score')]),
      /takes the input age as string, callers send double/,
    ],
    [
      'expect their types',
      signature([field('age')], [field('score', 'long')]),
      /gives the output score as long, callers expect double/,
    ],
  ])('%s', (_, target, problem) => {
    const found = incompatibility(serving, target);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(problem);
  });

  test('are not known without a signature', () => {
    expect(incompatibility(null, serving)).toBeUndefined();
    expect(incompatibility(serving, null)).toBeUndefined();
  });

  test('hear of the first problems, and how many more there are', () => {
    const many = signature(
      Array.from({ length: 9 }, (_, index) => field(`x${index}`)),
      [field('score')],
    );
    expect(incompatibility(serving, many)).toMatch(/x0.*x1.*x2.*, and 6 more$/);
  });
});
