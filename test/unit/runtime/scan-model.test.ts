import { link, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { worstScan } from '../../../actions/lib/model-files/model-scan.ts';
import { locate } from '../../../actions/runtime/locations.ts';
import { scanModel } from '../../../actions/runtime/scan-model.ts';
import { type MemoryRuntime, memoryRuntime } from '../../support/memory-runtime.ts';
import { fixture } from '../lib/model-files/scan.ts';

const withFiles = (files: Readonly<Record<string, string | Uint8Array>>) => memoryRuntime({ files });
const scanFolder = async (runtime: MemoryRuntime, allow: readonly string[] = []) =>
  scanModel(runtime, await locate(runtime, 'model'), allow);

test('files are scanned one by one, and the worst is found', async () => {
  await using runtime = await withFiles({
    'model/a.onnx': await fixture('plain.onnx'),
    'model/b.joblib': await fixture('forest-zlib.joblib'),
    'model/c.npz': await fixture('compressed.npz'),
    'model/d.pkl': await fixture('unsafe-eval.pkl'),
  });
  const scans = await scanFolder(runtime);
  expect(scans.map(({ name, format, verdict }) => [name, format, verdict])).toEqual([
    ['model/a.onnx', 'onnx', 'safe'],
    ['model/b.joblib', 'joblib in zlib', 'safe'],
    ['model/c.npz', 'npz', 'safe'],
    ['model/d.pkl', 'pickle', 'unsafe'],
  ]);
  expect(worstScan(scans)?.name).toBe('model/d.pkl');
});

test('weights beside an ONNX model are bare numbers, by themselves they are nothing known', async () => {
  const weights = new Uint8Array([0xde, 0xad, 0xbe, 0xef]);
  await using alone = await withFiles({ 'model/weights.bin': weights });
  expect((await scanFolder(alone))[0]?.verdict).toBe('inconclusive');
  await using both = await withFiles({
    'model/m.onnx': await fixture('external-beside.onnx'),
    'model/weights.bin': weights,
  });
  expect((await scanFolder(both)).map(({ format, verdict }) => [format, verdict])).toEqual([
    ['onnx', 'safe'],
    ['bare-weights', 'safe'],
  ]);
});

test.each([
  ['a symbolic link inside of the folder', 'inside'],
  ['a symbolic link out of the workspace', 'outside'],
  ['a second name of a file', 'hard'],
  ['nothing', 'missing'],
])('weights that are %s are not accepted', async (_, kind) => {
  await using runtime = await withFiles({
    'model/m.onnx': await fixture('external-beside.onnx'),
    'model/other.bin': 'abcd',
  });
  const folder = await runtime.files.resolve('model');
  const target = join(folder, 'weights.bin');
  if (kind === 'inside') await symlink(join(folder, 'other.bin'), target);
  if (kind === 'outside') await symlink(await mkdtemp(join(tmpdir(), 'outside-')), target);
  if (kind === 'hard') await link(join(folder, 'other.bin'), target);
  const [scan] = await scanModel(runtime, await locate(runtime, 'model/m.onnx'));
  expect(scan?.verdict).toBe(kind === 'missing' ? 'inconclusive' : 'unsafe');
});

test('a SavedModel with its variables is safe', async () => {
  const index = Buffer.concat([Buffer.alloc(40), Buffer.from('57fb808b247547db', 'hex')]);
  await using runtime = await withFiles({
    'model/saved_model.pb': await fixture('saved_model.pb'),
    'model/variables/variables.index': index,
    'model/variables/variables.data-00000-of-00001': new Uint8Array([0xff, 0xfe, 0x00, 0x01]),
  });
  expect((await scanFolder(runtime)).map(({ verdict }) => verdict)).toEqual(['safe', 'safe', 'safe']);
});

test('names that are allowed are passed on', async () => {
  await using runtime = await withFiles({ 'model/m.pkl': '(imine\nNet\n.' });
  expect((await scanFolder(runtime))[0]?.verdict).toBe('inconclusive');
  expect((await scanFolder(runtime, ['mine.Net']))[0]?.verdict).toBe('safe');
});
