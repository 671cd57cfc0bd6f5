import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { main } from '../../actions/evaluate-model/main.ts';
import { runAction } from '../../actions/runtime/run-action.ts';
import { memoryRuntime } from '../support/memory-runtime.ts';
import { evaluated, refused } from './evaluate-model-runs.ts';

const BINARY = 'case,label,score,region\na,0,.1,n\nb,1,.4,n\nc,1,.8,s\nd,0,.4,s\n';
const binary = { predictions: 'own.csv', score: 'score', id: 'case' };
const multi = { predictions: 'own.csv', score: 'p_' };
const onnx = (name: string): Uint8Array => readFileSync(new URL(`../fixtures/onnx/${name}`, import.meta.url));
const model = {
  model: 'own.onnx',
  data: 'penguins.csv',
  target: 'species',
  features: 'bill_length_mm, bill_depth_mm, mass_kg',
};
const lists = { predictions: 'own.csv', task: 'multilabel' };

interface Case {
  readonly what: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly csv?: string;
  readonly model?: Uint8Array;
  readonly code?: string;
  readonly says: RegExp;
}

const CASES: readonly Case[] = [
  {
    what: 'no label column',
    inputs: { ...binary, target: 'lable' },
    csv: BINARY,
    code: 'invalid-input',
    says: /target: own\.csv has no column "lable"; did you mean "label"/,
  },
  {
    what: 'no prediction column',
    inputs: { predictions: 'own.csv', prediction: 'predicton' },
    csv: 'label,prediction\n0,1\n1,1\n',
    code: 'invalid-input',
    says: /prediction: own\.csv has no column "predicton"; did you mean "prediction"/,
  },
  {
    what: 'no column of clusters',
    inputs: { ...binary, cluster: 'regoin' },
    csv: BINARY,
    code: 'invalid-input',
    says: /cluster: own\.csv has no column "regoin"; did you mean "region"/,
  },
  {
    what: 'a score that cannot be parsed',
    inputs: binary,
    csv: BINARY.replace('.8', '0,8').replace('0,8', '"0,8"'),
    says: /own\.csv:4: column "score": expected a number, found "0,8"/,
  },
  {
    what: 'a probability above 1',
    inputs: binary,
    csv: BINARY.replace('.8', '8'),
    says: /own\.csv:4: column "score": expected a probability from 0 to 1, found 8; scores of another kind/,
  },
  {
    what: 'a probability below 0',
    inputs: binary,
    csv: BINARY.replace('.8', '-.8'),
    says: /own\.csv:4: .* found -0\.8/,
  },
  {
    what: 'probabilities that do not sum to one',
    inputs: multi,
    csv: 'label,p_a,p_b,p_c\na,.5,.2,.3\nb,.5,.4,.3\nc,0,0,1\n',
    says: /own\.csv:3: the probabilities of the 3 classes add up to 1\.2.*not to 1 \(p_a, p_b, p_c\)/,
  },
  {
    what: 'a label the model never saw',
    inputs: multi,
    csv: 'label,p_cat,p_dog,p_cow\ncat,.5,.2,.3\ncar,.5,.2,.3\n',
    code: 'invalid-input',
    says: /label "car" of own\.csv has no scores; did you mean "cat".*\(classes with scores: cat, dog, cow\)/,
  },
  {
    what: 'one class only',
    inputs: binary,
    csv: 'case,label,score\na,1,.5\nb,1,.7\n',
    says: /all 2 rows have the label "1"; a classification is measured on at least two classes/,
  },
  {
    what: 'no label at all',
    inputs: { ...binary, task: 'binary' },
    csv: 'case,label,score\na,,.5\nb,,.7\n',
    says: /own\.csv: no row has a label/,
  },
  {
    what: 'an empty slice by value',
    inputs: { ...binary, slices: 'region=north' },
    csv: BINARY,
    code: 'invalid-input',
    says: /slices: no row of own\.csv has region=north/,
  },
  {
    what: 'an empty slice by value, where rows lack one',
    inputs: { ...binary, slices: 'region=x' },
    csv: BINARY.replace('a,0,.1,n', 'a,0,.1,'),
    code: 'invalid-input',
    says: /no row of own\.csv has region=x/,
  },
  {
    what: 'an empty slice by condition',
    inputs: { ...binary, slices: 'score>=2' },
    csv: BINARY,
    code: 'invalid-input',
    says: /slices: no row of own\.csv has score>=2; its values are from 0\.1 to 0\.8/,
  },
  {
    what: 'a condition on texts',
    inputs: { ...binary, slices: 'region>3' },
    csv: BINARY,
    says: /own\.csv:2: column "region": expected a number, found "n"/,
  },
  {
    what: 'an id twice',
    inputs: binary,
    csv: BINARY.replace('c,1', 'a,1'),
    says: /own\.csv:4: column "case": the id "a" is that of own\.csv:2 too; ids must be unique/,
  },
  {
    what: 'a row without id',
    inputs: binary,
    csv: BINARY.replace('c,1', ',1'),
    says: /own\.csv:4: column "case": no id/,
  },
  {
    what: 'an infinite weight',
    inputs: { ...binary, weight: 'w' },
    csv: 'case,label,score,w\na,0,.1,1\nb,1,.4,inf\n',
    says: /own\.csv:3: column "w": expected a weight of 0 or more/,
  },
  {
    what: 'a row without cluster',
    inputs: { ...binary, cluster: 'region' },
    csv: BINARY.replace('.8,s', '.8,'),
    says: /own\.csv:4: column "region": no cluster/,
  },
  {
    what: 'a row with too few cells',
    inputs: binary,
    csv: `${BINARY}e,1\n`,
    says: /own\.csv:6: 2 cells in a row, but the header has 4 columns/,
  },
  {
    what: 'a list of labels that is none',
    inputs: lists,
    csv: 'label,prediction\n"[""a""","[""b""]"\n',
    says: /own\.csv:2: column "label": expected a list of labels/,
  },
  {
    what: 'a flag of a label that is neither 0 nor 1',
    inputs: { ...lists, target: 'is_*', prediction: 'was_*' },
    csv: 'is_a,is_b,was_a,was_b\n0,1,0,1\n1,2,0,0\n',
    says: /own\.csv:3: column "is_b": expected 0 or 1, found 2/,
  },
  {
    what: 'a probability of a label above 1',
    inputs: { ...lists, prediction: 'none', target: 'is_*', score: 'p_' },
    csv: 'is_a,is_b,p_a,p_b\n0,1,.2,.9\n1,0,.8,1.5\n',
    says: /own\.csv:3: column "p_b": expected a probability from 0 to 1, found 1\.5/,
  },
  {
    what: 'the latency of predictions made elsewhere',
    inputs: { ...binary, latency: '10x100' },
    csv: BINARY,
    code: 'invalid-input',
    says: /latency: single predictions are timed of an ONNX model that is run here/,
  },
  {
    what: 'a quantile without level',
    inputs: { ...multi, task: 'forecast', score: 'q_' },
    csv: 'label,prediction,q_low,q_high\n1,1,0,2\n',
    code: 'invalid-input',
    says: /column "q_low" does not end in the level of a quantile/,
  },
  {
    what: 'a negative relevance',
    inputs: { predictions: 'own.csv', query: 'q' },
    csv: 'q,label,prediction\na,1,1\na,-1,2\n',
    says: /own\.csv:3: column "label": expected a relevance of 0 or more, found -1/,
  },
  {
    what: 'a file that is no table',
    inputs: { predictions: 'own.csv' },
    csv: '',
    says: /own\.csv: the file is empty/,
  },
  {
    what: 'a corrupt ONNX file',
    inputs: model,
    model: onnx('classifier.onnx').map((byte, at) => (at > 20 && at < 200 ? byte ^ 0x5a : byte)),
    says: /own\.onnx/,
  },
  {
    what: 'a truncated ONNX file',
    inputs: model,
    model: onnx('classifier.onnx').subarray(0, 300),
    says: /own\.onnx.*(damaged|cannot|cut|ends)/,
  },
  {
    what: 'a file that is no ONNX model',
    inputs: model,
    model: new TextEncoder().encode('{"model": 1}'),
    says: /own\.onnx/,
  },
  {
    what: 'an operator that is not supported',
    inputs: { ...model, features: 'bill_length_mm' },
    model: onnx('unknown-operator.onnx'),
    says: /the operator "\w+" is not one the engine knows; score the model with its own framework/,
  },
  {
    what: 'weights in another file',
    inputs: model,
    model: onnx('external-data.onnx'),
    says: /own\.onnx.*(lies in another file|outside|external)/,
  },
  {
    what: 'too few features',
    inputs: { ...model, features: 'bill_length_mm' },
    model: onnx('classifier.onnx'),
    code: 'invalid-input',
    says: /the input "\w+" of own\.onnx takes 3 columns, but there are 1 \(bill_length_mm\)/,
  },
  {
    what: 'a feature that is not there',
    inputs: { ...model, features: 'bill_length_mm, bill_deepth_mm, mass_kg' },
    model: onnx('classifier.onnx'),
    code: 'invalid-input',
    says: /own\.onnx needs the column "bill_deepth_mm", which the data does not have; did you mean "bill_depth_mm"/,
  },
  {
    what: 'a feature that is a text',
    inputs: { ...model, features: 'bill_length_mm, island, mass_kg' },
    model: onnx('classifier.onnx'),
    says: /penguins\.csv:2: column "island": expected a number, found "Dream"/,
  },
];

describe('what cannot be meant so is refused, and leaves nothing', () => {
  test.each(CASES)('$what', async ({ inputs, csv = '', model: bytes, code = 'invalid-file', says }) => {
    const files = { 'own.csv': csv, ...(bytes && { 'own.onnx': bytes }) };
    const found = await refused(inputs, { fixtures: 'onnx', files });
    expect(found).toEqual({ code, message: expect.stringMatching(says), left: [] });
  });
});

describe('NaN and infinity', () => {
  test.each(['nan', 'NaN', 'inf', '-Infinity', '1e999'])(
    '%s as a score is a row that cannot be used',
    async (value) => {
      const csv = `${BINARY}e,1,${value},n\n`;
      const { outcome, recorded, document } = await evaluated(binary, { files: { 'own.csv': csv } });
      expect(outcome.verdict).toBe('fail');
      expect(document).toMatchObject({ verdict: 'fail', dataset: { rows: 4, invalidRows: 1 } });
      expect(recorded.annotations).toMatchObject([{ level: 'error', file: 'own.csv', line: 6 }]);
      expect(outcome.message).toMatch(/own\.csv:6: column "score": no probability, found "/);
      expect(recorded.annotations[0]?.message).toContain(`no probability, found "${value}"`);
    },
  );
});

test('a failed run leaves no result of an earlier one, and ends the step with an error', async () => {
  await using runtime = await memoryRuntime({
    inputs: binary,
    files: {
      'own.csv': BINARY.replace('.8', 'high'),
      'mlops/evaluate-model/metrics.json': '{}',
      'mlops/evaluate-model/report.html': 'old',
    },
  });
  expect(await runAction(main, runtime)).toBe('error');
  expect(await runtime.files.glob('mlops/**')).toEqual([]);
  expect(runtime.recorded.outputs.has('verdict')).toBe(false);
});
