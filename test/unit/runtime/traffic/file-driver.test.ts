import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type MemoryRuntime, memoryRuntime } from '../../../support/memory-runtime.ts';
import { CANDIDATE, driverOf, STABLE, targetOf } from '../../../support/traffic.ts';

const PATH = 'deploy/churn.json';
let runtime: MemoryRuntime;

beforeEach(async () => {
  runtime = await memoryRuntime();
});
afterEach(() => runtime.dispose());

const driver = (path = PATH) => driverOf(runtime, { driver: 'file', path }).driver;
const written = async () => JSON.parse(await runtime.files.readText(PATH));

describe('a traffic file', () => {
  test('says who has the traffic, and the same for the same wish', async () => {
    await driver().set(targetOf(10));
    const first = await runtime.files.readText(PATH);
    expect(JSON.parse(first)).toEqual({
      model: 'churn',
      environment: 'production',
      stable: STABLE,
      canary: { ...CANDIDATE, weight: 10 },
      fence: 3,
    });
    await driver().set(targetOf(10));
    expect(await runtime.files.readText(PATH)).toBe(first);
    expect(first.endsWith('}\n')).toBe(true);
  });

  test.each([
    [100, STABLE, { stable: CANDIDATE, canary: null }],
    [0, STABLE, { stable: STABLE, canary: null }],
    [100, undefined, { stable: CANDIDATE, canary: null }],
    [0, undefined, { stable: null, canary: null }],
  ])('at %i %%', async (weight, previous, found) => {
    await driver().set(targetOf(weight, { previous }));
    expect(await written()).toMatchObject(found);
    expect(await driver().read(targetOf(weight))).toMatchObject({ kind: 'weight', weight });
  });

  test('a lower fence is refused, the same and a higher one are not', async () => {
    await driver().set(targetOf(10, { fence: 5 }));
    expect(await driver().set(targetOf(50, { fence: 4 }))).toEqual({
      kind: 'fenced',
      message: `${PATH}: has the fence 5, which is above 4`,
    });
    expect(await written()).toMatchObject({ canary: { weight: 10 } });
    expect(await driver().set(targetOf(50, { fence: 5 }))).toEqual({ kind: 'done' });
    expect(await driver().set(targetOf(50, { fence: 6 }))).toEqual({ kind: 'done' });
  });

  test.each([
    '<html>',
    '',
    '[]',
    '{"stable":null,"canary":null}',
    '{"model":"churn","environment":"production","stable":null,"canary":null,"fence":"3"}',
    '{"model":"churn","environment":"production","stable":null,"canary":{"version":"1","digest":"","uri":"","weight":101},"fence":3}',
    '{"model":"churn","environment":"production","stable":null,"canary":{"version":"1","digest":"","uri":"","weight":-1},"fence":3}',
  ])('%j is left alone and unreadable', async (content) => {
    await runtime.files.write(PATH, content);
    expect(await driver().set(targetOf(10))).toMatchObject({ kind: 'failed' });
    expect(await driver().read(targetOf(10))).toMatchObject({ kind: 'unreadable' });
    expect(await runtime.files.readText(PATH)).toBe(content);
  });

  test('a file about another model is left alone', async () => {
    await driver().set(targetOf(10, { model: 'fraud' }));
    expect(await driver().set(targetOf(10))).toEqual({
      kind: 'failed',
      message: expect.stringContaining('is about fraud in production'),
    });
  });

  test('other bytes under the same version have no share', async () => {
    await driver().set(targetOf(100));
    expect(await driver().read(targetOf(100, { digest: 'sha256:other' }))).toMatchObject({ weight: 0 });
  });

  test('there is no reading before there is a file', async () => {
    expect(await driver().read(targetOf(10))).toMatchObject({ kind: 'unreadable' });
  });

  test('nothing outside of the workspace is touched', async () => {
    expect(await driver('../../outside.json').set(targetOf(10))).toEqual({
      kind: 'failed',
      message: expect.stringContaining('outside the workspace'),
    });
  });

  test('a folder that cannot be made fails in words', async () => {
    await runtime.files.write('deploy', 'a file in the place of the folder');
    expect(await driver().set(targetOf(50))).toEqual({
      kind: 'failed',
      message: expect.stringContaining(PATH),
    });
    expect(await runtime.files.readText('deploy')).toBe('a file in the place of the folder');
  });
});
