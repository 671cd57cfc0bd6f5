import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bindInputs } from '../../../../actions/lib/onnx/features.ts';
import { outputRoles } from '../../../../actions/lib/onnx/model-output.ts';
import { readModelShape } from '../../../../actions/lib/onnx/model-shape.ts';
import { openModel, predict } from '../../../../actions/lib/onnx/session.ts';
import type { Cell, Table } from '../../../../actions/lib/tabular/table.ts';

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../../fixtures/onnx/${name}`, import.meta.url));
const model = (name: string): Uint8Array => new Uint8Array(fixture(`${name}.onnx`));

/** What Python's onnxruntime 1.30.0 says, from `test/fixtures/onnx/make.py`. */
const expected: Readonly<
  Record<
    string,
    { readonly first: readonly (string | number)[]; readonly probabilities: readonly number[] | null }
  >
> = JSON.parse(fixture('expected.json').toString());

function tableOf(columns: Readonly<Record<string, readonly Cell[]>>): Table {
  return {
    format: 'csv',
    columns: Object.keys(columns),
    rowCount: Object.values(columns)[0]?.length ?? 0,
    column: (name) => columns[name],
    lineOf: (row) => row + 2,
  };
}

const [header = '', ...lines] = fixture('penguins.csv').toString().trim().split('\n');
const penguins = tableOf(
  Object.fromEntries(
    header.split(',').map((name, index) => [name, lines.map((line) => line.split(',')[index] ?? '')]),
  ),
);

async function run(name: string, table: Table, features: readonly string[]) {
  const shape = readModelShape(name, model(name));
  const opened = await openModel(name, model(name), shape, undefined);
  const inputs = bindInputs(name, shape, table, { features, excluded: [] });
  const { labels, numbers } = outputRoles(name, shape);
  const wanted = [labels, numbers].filter((output) => output !== undefined);
  const outputs = await predict(
    opened,
    inputs,
    table,
    'penguins.csv',
    wanted,
    { from: 0, to: table.rowCount },
    () => undefined,
  );
  return { labels: outputs.get(labels ?? ''), numbers: outputs.get(numbers ?? '') };
}

const MATRIX = ['bill_length_mm', 'bill_depth_mm', 'mass_kg'];

describe('a model predicts what Python onnxruntime predicts', () => {
  test.each([
    { name: 'classifier', features: MATRIX },
    { name: 'classifier-zipmap', features: MATRIX },
    { name: 'classifier-columns', features: [] },
    { name: 'tree', features: MATRIX.slice(0, 2) },
  ])('$name', async ({ name, features }) => {
    const { labels, numbers } = await run(name, penguins, features);
    expect([...(labels?.values ?? [])]).toEqual(expected[name]?.first);
    const probabilities = expected[name]?.probabilities ?? [];
    expect(numbers?.values).toHaveLength(probabilities.length);
    for (const [index, value] of probabilities.entries())
      expect(Math.abs(Number(numbers?.values[index]) - value)).toBeLessThan(1e-6);
  });

  test('a regression', async () => {
    const { labels, numbers } = await run('regressor', penguins, MATRIX.slice(0, 2));
    expect(labels).toBeUndefined();
    for (const [index, value] of (expected['regressor']?.first ?? []).entries())
      expect(Number(numbers?.values[index]) / Number(value)).toBeCloseTo(1, 6);
  });

  test('a model with batches of fixed size, the last one not full', async () => {
    const { labels } = await run('fixed-batch', penguins, MATRIX);
    expect(labels?.values).toEqual(expected['classifier']?.first);
  });
});

describe('the shape of a model', () => {
  test('names inputs, outputs, classes and the tensor behind ZipMap', () => {
    const shape = readModelShape('m', model('classifier-zipmap'));
    expect(shape.inputs).toEqual([{ name: 'X', type: 'float32', shape: [undefined, 3] }]);
    expect([...shape.zipped]).toEqual([['output_probability', 'p0']]);
    expect(shape.classes).toEqual(['Adelie', 'Chinstrap', 'Gentoo']);
  });

  test('reads whole numbers as classes and columns of text', () => {
    expect(readModelShape('m', model('tree')).classes).toEqual(['0', '1']);
    expect(readModelShape('m', model('classifier-columns')).inputs.map(({ type }) => type)).toEqual([
      'float32',
      'float32',
      'string',
    ]);
  });
});

describe('a model that cannot be used is an error that says why', () => {
  const whole = model('classifier');
  test.each([
    { what: 'text', bytes: new TextEncoder().encode('hello, I am a pickle'), says: /no ONNX model/ },
    { what: 'nothing', bytes: new Uint8Array(), says: /no graph/ },
    { what: 'a file cut off', bytes: whole.subarray(0, whole.length - 40), says: /damaged.*too early/ },
    { what: 'weights elsewhere', bytes: model('external-data'), says: /weight "w" lies in another file/ },
  ])('$what', ({ bytes, says }) => {
    expect(() => readModelShape('m.onnx', bytes)).toThrow(says);
    expect(() => readModelShape('m.onnx', bytes)).toThrow(expect.objectContaining({ code: 'invalid-file' }));
  });

  test('an operator the engine does not know is named', async () => {
    const bytes = model('unknown-operator');
    const opening = openModel('m.onnx', bytes, readModelShape('m.onnx', bytes), undefined);
    await expect(opening).rejects.toThrow(/operator "FluxCapacitor" is not one the engine knows/);
  });

  test('any single flipped byte gives an error or a shape, never anything else', () => {
    for (let at = 0; at < whole.length; at++) {
      const damaged = whole.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      try {
        readModelShape('m.onnx', damaged);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid-file' });
      }
    }
  });
});

describe('columns that do not fit are errors', () => {
  const bind = (name: string, features: readonly string[], table = penguins) =>
    bindInputs(`${name}.onnx`, readModelShape(name, model(name)), table, { features, excluded: ['id'] });

  test.each([
    {
      says: /needs the column "bill_lenght_mm".*did you mean "bill_length_mm"/,
      features: ['bill_lenght_mm'],
    },
    { says: /takes 3 columns, but there are 2/, features: MATRIX.slice(0, 2) },
  ])('$says', ({ says, features }) => {
    expect(() => bind('classifier', features)).toThrow(says);
  });

  test('a column is missing for a model with an input per column', () => {
    const table = tableOf({ bill_length_mm: ['1'], island: ['Dream'] });
    expect(() => bind('classifier-columns', [], table)).toThrow(/needs the column "bill_depth_mm"/);
  });

  test('a text among numbers names line and column', async () => {
    const table = tableOf({ bill_length_mm: ['1', 'x'], bill_depth_mm: ['1', '2'], mass_kg: ['1', '2'] });
    await expect(run('classifier', table, MATRIX)).rejects.toThrow(
      'penguins.csv:3: column "bill_length_mm": expected a number, found "x"',
    );
  });
});
