import { describe, expect, test } from 'vitest';
import type { MirrorWishes } from '../../../actions/lib/registry/events.ts';
import { readInputs } from '../../../actions/promote-model/inputs.ts';
import { mirrorWishes, ownWishes } from '../../../actions/promote-model/mirror-wishes.ts';

const inputsOf = (given: Readonly<Record<string, string>>) =>
  readInputs((name) => ({ operation: 'resume', 'model-name': 'churn', ...given })[name]);

const NOBODY: MirrorWishes = {
  deployments: true,
  environmentUrl: '',
  release: 'off',
  artifactRecords: false,
  gtoTags: false,
  mlflowAlias: '',
  notifyOn: [],
  notifyFormat: 'slack',
};
const EVERYBODY: MirrorWishes = {
  deployments: false,
  environmentUrl: 'https://churn.acme.dev',
  release: 'publish',
  artifactRecords: true,
  gtoTags: true,
  mlflowAlias: 'challenger',
  notifyOn: ['waiting'],
  notifyFormat: 'teams',
};
const MLFLOW = { 'mlflow-tracking-uri': 'https://mlflow.acme.dev' };
const NOTIFY = { 'notify-url': 'https://hooks.acme.dev/x' };
const USUAL_ENDINGS = ['completed', 'approval', 'paused', 'rolled-back', 'failed'];

describe('whom a new rollout tells', () => {
  test('nobody but GitHub Deployments, where nothing is said', () => {
    expect(ownWishes(inputsOf({}))).toEqual(NOBODY);
  });

  test('MLflow and people where there is an address, and none of the address', () => {
    const wishes = ownWishes(inputsOf({ ...MLFLOW, ...NOTIFY }));
    expect(wishes).toEqual({ ...NOBODY, mlflowAlias: 'champion', notifyOn: USUAL_ENDINGS });
    expect(JSON.stringify(wishes)).not.toContain('acme.dev');
  });
});

describe('whom a rollout that is gone on with tells', () => {
  test('of an older version of ours: whom this step names', () => {
    const inputs = inputsOf({ ...MLFLOW, 'gto-tags': 'true' });
    expect(mirrorWishes(inputs, undefined)).toEqual(ownWishes(inputs));
  });

  test('whom it was begun with, where this step names nobody or only addresses', () => {
    expect(mirrorWishes(inputsOf({}), EVERYBODY)).toEqual(EVERYBODY);
    expect(mirrorWishes(inputsOf({ ...MLFLOW, ...NOTIFY }), EVERYBODY)).toEqual(EVERYBODY);
  });

  test.each([
    [{ deployments: 'create' }, { deployments: true }],
    [{ 'environment-url': 'https://b.dev' }, { environmentUrl: 'https://b.dev' }],
    [{ release: 'off' }, { release: 'off' }],
    [{ 'artifact-records': 'false' }, { artifactRecords: false }],
    [{ 'gto-tags': 'false' }, { gtoTags: false }],
    [{ 'mlflow-alias': 'champion' }, { mlflowAlias: 'champion' }],
    [{ 'notify-on': 'failed' }, { notifyOn: ['failed'] }],
    [{ 'notify-format': 'json' }, { notifyFormat: 'json' }],
  ] as const)('but for what this step says: %j', (given, change) => {
    expect(mirrorWishes(inputsOf(given), EVERYBODY)).toEqual({ ...EVERYBODY, ...change });
  });

  test('also whom only this step has an address of', () => {
    const wishes = mirrorWishes(inputsOf({ ...MLFLOW, ...NOTIFY }), NOBODY);
    expect(wishes).toEqual({ ...NOBODY, mlflowAlias: 'champion', notifyOn: USUAL_ENDINGS });
  });
});
