import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../../actions/tools/repository.ts';
import { runBundle } from '../support/run-bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlops-scale-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Has a process leave the most memory it ever held, in MiB, in a file. */
const watched = (file: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS / 1024)));`,
  )}`,
});

/** Writes an array of records to a file, a mebibyte at a time. */
function writeArray(path: string, mebibytes: number): number {
  const file = openSync(path, 'w');
  let rows = 0;
  try {
    writeSync(file, '[');
    for (let part = 0; part < mebibytes; part += 1) {
      const records: string[] = [];
      for (let size = 0; size < 1 << 20; rows += 1) {
        const record = `{"id":${rows},"text":"${'x'.repeat(60 + (rows % 40))}","on":${rows % 2 === 0}}`;
        records.push(`${rows === 0 ? '' : ','}\n${record}`);
        size += record.length + 2;
      }
      writeSync(file, records.join(''));
    }
    writeSync(file, '\n]\n');
  } finally {
    closeSync(file);
  }
  return rows;
}

async function validateArray(name: string, mebibytes: number) {
  const rows = writeArray(join(folder, `${name}.json`), mebibytes);
  const memory = join(folder, `${name}.rss`);
  const { exitCode, log, read } = await runBundle(
    'validate-data',
    folder,
    { data: `${name}.json`, 'output-dir': name },
    { entry: join(root, 'actions/validate-data/index.ts'), env: watched(memory) },
  );
  expect(exitCode, log).toBe(0);
  expect(JSON.parse(read(`${name}/report.json`)).dataset.rows).toBe(rows);
  return Number(readFileSync(memory, 'utf8'));
}

test('B55 an array of JSON is never held in memory as a whole', { timeout: 300_000 }, async () => {
  const small = await validateArray('small', 16);
  const large = await validateArray('large', 64);
  // Garbage of 50 MiB was seen; the bytes, their text and the records of 48 MiB more would be at least 150.
  expect(large - small).toBeLessThan(100);
});

test('B47 a pattern for twenty thousand files reads them all', { timeout: 300_000 }, async () => {
  mkdirSync(join(folder, 'many'));
  for (let at = 0; at < 20_000; at += 1)
    writeFileSync(join(folder, 'many', `${String(at).padStart(5, '0')}.csv`), `id,x\n${at},${at % 7}\n`);
  const { exitCode, log, read } = await runBundle(
    'validate-data',
    folder,
    { data: 'many/*.csv', 'output-dir': 'found' },
    { entry: join(root, 'actions/validate-data/index.ts') },
  );
  expect(exitCode, log).toBe(0);
  const { dataset, counts } = JSON.parse(read('found/report.json'));
  expect(dataset.rows).toBe(20_000);
  expect(dataset.files).toHaveLength(20_000);
  expect(dataset.files.at(-1).name).toBe('many/19999.csv');
  expect(counts.errors).toBe(0);
});
