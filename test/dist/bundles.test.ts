import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDocument } from '../../actions/lib/schema/documents.ts';
import { actionNames, root } from '../../actions/tools/repository.ts';
import { makeWorkspace, runBundle } from '../support/run-bundle.ts';

const example = (path: string) => readFileSync(join(root, 'workflows-examples/penguins', path));

const CONTRACT = `
apiVersion: v3.1.0
kind: DataContract
id: people
version: 1.0.0
status: active
schema:
  - name: people
    properties:
      - name: name
        logicalType: string
        required: true
      - name: age
        logicalType: integer
        required: true
        logicalTypeOptions: { minimum: 0, maximum: 120 }
`;

let workspace: ReturnType<typeof makeWorkspace>;

beforeAll(() => {
  workspace = makeWorkspace({
    'good.csv': 'name,age\nAda,36\n"Grace\nHopper",85\n',
    'bad.csv': 'name,age\nAda,36\n"Grace\nHopper",285\n,12\n',
    'contract.yaml': CONTRACT,
    'predictions.csv': `label,score\n${Array.from({ length: 40 }, (_, row) => `${row % 2},${row % 2 ? 0.6 + row / 100 : 0.4 - row / 200}`).join('\n')}\n`,
    'data/test.csv': example('data/test.csv'),
    'models/candidate.onnx': example('models/candidate.onnx'),
  });
});
afterAll(() => workspace.remove());

/** Says once, as a notice, that there is no artifact service here. */
const ARTIFACT_NOTICE = /artifact/i;

describe('outside GitHub, with nothing but inputs and the runner’s files', () => {
  test('validate-data passes good data and writes its documents', async () => {
    const step = await runBundle('validate-data', workspace.path, {
      data: 'good.csv',
      contract: 'contract.yaml',
    });
    expect(step.log).not.toContain('bug of ours');
    expect(step.exitCode).toBe(0);
    expect(step.outputs.get('verdict')).toBe('pass');
    expect(step.outputs.get('rows')).toBe('2');
    const report = step.outputs.get('report-path') ?? '';
    expect(readDocument('validation', step.read(report), report).verdict).toBe('pass');
    const profile = step.outputs.get('profile-path') ?? '';
    expect(readDocument('profile', step.read(profile), profile).verdict).toBe('pass');
    expect(
      step.log.split('\n').filter((line) => line.startsWith('::notice') && ARTIFACT_NOTICE.test(line)),
    ).toHaveLength(1);
    expect(step.summary).toContain('Data valid: 2 rows');
  });

  test('validate-data fails bad data on its physical lines', async () => {
    const step = await runBundle('validate-data', workspace.path, {
      data: 'bad.csv',
      contract: 'contract.yaml',
    });
    expect(step.exitCode).toBe(1);
    expect(step.outputs.get('verdict')).toBe('fail');
    // The quoted newline makes the second row start on line 3 and the third on line 5.
    expect(step.log).toMatch(/::error [^\n]*file=bad\.csv[^\n]*line=[34][^\n]*::[^\n]*285/);
    expect(step.log).toMatch(/::error [^\n]*file=bad\.csv[^\n]*line=5/);
  });

  test('evaluate-model runs the ONNX model in its bundle and gate-metrics judges what it wrote', async () => {
    const evaluated = await runBundle('evaluate-model', workspace.path, {
      model: 'models/candidate.onnx',
      data: 'data/test.csv',
      target: 'species',
    });
    expect(evaluated.log).not.toContain('bug of ours');
    expect(evaluated.exitCode).toBe(0);
    const path = evaluated.outputs.get('metrics-path') ?? '';
    const metrics = readDocument('metrics', evaluated.read(path), path);
    expect(metrics.subjects.map(({ role }) => role)).toContain('model');
    const gated = await runBundle('gate-metrics', workspace.path, {
      metrics: path,
      gates: 'accuracy >= 0.5\nf1_macro >= 0.999999',
    });
    expect(gated.exitCode).toBe(1);
    expect(JSON.parse(gated.outputs.get('failed') ?? '[]')).toHaveLength(1);
    const gatePath = gated.outputs.get('gate-path') ?? '';
    expect(readDocument('gate', gated.read(gatePath), gatePath).verdict).toBe('fail');
  });

  test('evaluate-model scores predictions without touching the model runtime', async () => {
    const step = await runBundle('evaluate-model', workspace.path, {
      predictions: 'predictions.csv',
      score: 'score',
      'positive-label': '1',
    });
    expect(step.log).not.toContain('bug of ours');
    expect(step.exitCode).toBe(0);
    expect(step.outputs.get('rows')).toBe('40');
  });
});

test.each(actionNames())('%s names every bad input at once and stops without a stack', async (name) => {
  const step = await runBundle(name, workspace.path, { 'fail-on': 'sometimes', upload: 'perhaps' });
  expect(step.exitCode).toBe(1);
  expect(step.log).toContain('fail-on');
  expect(step.log).toContain('upload');
  expect(step.log).not.toContain('    at ');
  expect(step.outputs.has('verdict')).toBe(false);
});
