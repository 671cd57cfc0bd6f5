import { expect, test } from 'vitest';
import { analysisVariables } from '../../../../actions/lib/rollout/analysis-variables.ts';
import {
  encodings,
  environmentNames,
  fillTemplate,
  headerProblem,
} from '../../../../actions/lib/rollout/template.ts';

const values = { version: '1.0.0+a&b=../c', digest: 'sha256:0', weight: '5', model: 'm', environment: 'e' };

test('a value cannot change the shape of an address', () => {
  expect(fillTemplate('https://x.example/${model}?v=${version}', values)).toBe(
    'https://x.example/m?v=1.0.0%2Ba%26b%3D..%2Fc',
  );
});

test('arguments get a value as it is', () => {
  expect(fillTemplate('--v=${version}', { version: '$(rm -rf /); "\'' }, encodings.verbatim)).toBe(
    '--v=$(rm -rf /); "\'',
  );
});

test.each(['$(rm -rf /); "\'', '\\', 'a\nb\t\u0000', '", "admin": "', '\u2028\ud800'])(
  'a string of JSON with the value %j holds it as it is',
  (version) => {
    const filled = fillTemplate('{"${version}":["v=${version}"]}', { version }, encodings.json);
    expect(JSON.parse(filled)).toEqual({ [version]: [`v=${version}`] });
  },
);

test('a value is not filled in again, and what is unknown stays', () => {
  expect(fillTemplate('${a}${b}${toString}', { a: '${b}', b: 'x' }, encodings.verbatim)).toBe(
    '${b}x${toString}',
  );
});

test('the question about the stable version is the same one about another version', () => {
  const since = Date.parse('2026-01-15T12:00:00Z');
  const stable = { version: '1.0.0', digest: 'sha256:1' };
  const step = { stable, model: 'churn', environment: 'production', weight: 10, since };
  expect(analysisVariables(step, { version: '2.0.0', digest: 'sha256:2' }, since + 5_400_999)).toEqual({
    version: '2.0.0',
    digest: 'sha256:2',
    weight: '10',
    model: 'churn',
    environment: 'production',
    window: '5400s',
    'step.started': '2026-01-15T12:00:00.000Z',
    'stable.version': '1.0.0',
    'stable.digest': 'sha256:1',
    'canary.version': '2.0.0',
    'canary.revision': '2.0.0',
    'canary.digest': 'sha256:2',
  });
  expect(analysisVariables(step, stable, since)).toMatchObject({
    version: '1.0.0',
    'canary.revision': '1.0.0',
    window: '60s',
  });
});

test.each([
  ['Authorization', 'Bearer ${env.PROM_TOKEN}', undefined],
  ['X-Version', '${version}', undefined],
  ['X Version', 'x', 'is not the name of a header'],
  ['Host', 'x', 'set by the client'],
  ['X', 'a\nb', 'no line breaks'],
  ['X', '${env.ACTIONS_RUNTIME_TOKEN}', "the runner's own"],
  ['X', '${env.INPUT_GITHUB-TOKEN}', 'unknown variable'],
  ['X', '${wersion}', 'unknown variable'],
])('header %s: %s', (name, value, problem) => {
  const found = headerProblem(name, value);
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(problem);
});

test('knows which variables of the environment a header needs', () => {
  expect(environmentNames('${env.A} ${version} ${env.B_2}')).toEqual(['A', 'B_2']);
});
