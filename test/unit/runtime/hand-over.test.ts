import { afterEach, expect, test } from 'vitest';
import { handOver } from '../../../actions/runtime/hand-over.ts';
import { type MemoryRuntime, memoryRuntime } from '../../support/memory-runtime.ts';

let runtime: MemoryRuntime;
afterEach(() => runtime.dispose());

const REQUEST = { outputDir: 'out', artifactName: 'x', retentionDays: undefined, upload: true };
const FILES = { 'out/a.json': '{}', 'out/plots/b.svg': '<svg/>', 'elsewhere.json': '{}', '.env': 'A=1' };

test('the files that are listed are handed over, by their paths below the folder', async () => {
  runtime = await memoryRuntime({ files: FILES });
  expect(await handOver(runtime, { ...REQUEST, files: ['out/a.json', 'out/plots/b.svg'] })).toBe('1');
  expect(runtime.recorded.uploads).toEqual([{ name: 'x', root: 'out', files: ['a.json', 'plots/b.svg'] }]);
});

test('how long it is kept is passed on', async () => {
  runtime = await memoryRuntime({ files: FILES });
  await handOver(runtime, { ...REQUEST, retentionDays: 5, files: ['out/a.json'] });
  expect(runtime.recorded.uploads[0]?.retentionDays).toBe(5);
});

test('a file that lies elsewhere is not handed over', async () => {
  runtime = await memoryRuntime({ files: FILES });
  await expect(handOver(runtime, { ...REQUEST, files: ['elsewhere.json'] })).rejects.toMatchObject({
    code: 'outside-workspace',
  });
});

test.each([
  ['upload is off', { upload: false }, true],
  ['there is nothing', { files: [] }, true],
  ['there is no service', {}, false],
])('there is no id when %s', async (_name, change, artifactService) => {
  runtime = await memoryRuntime({ files: FILES, artifactService });
  expect(await handOver(runtime, { ...REQUEST, files: ['out/a.json'], ...change })).toBe('');
});
