import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../actions/tools/repository.ts';

const project = join(root, 'workflows-examples', 'penguins');
const data = join(project, 'data');
const rowsOf = (file: string) => readFileSync(join(data, file), 'utf8').trimEnd().split('\n').slice(1);
const idsOf = (file: string) => rowsOf(file).map((row) => row.split(',')[0]);

describe('the data of the example', () => {
  test('is what its script makes of the published data, byte for byte', () => {
    const output = mkdtempSync(join(tmpdir(), 'penguins-'));
    execFileSync(process.execPath, [join(project, 'scripts', 'prepare-data.ts'), '--output', output]);
    expect(readdirSync(output)).toEqual(readdirSync(data));
    for (const file of readdirSync(data))
      expect(readFileSync(join(output, file), 'utf8'), file).toBe(readFileSync(join(data, file), 'utf8'));
  });

  test('has every one of the 344 penguins in exactly one place', () => {
    const ids = ['train.csv', 'test.csv', 'live.csv', 'excluded.csv'].flatMap(idsOf);
    expect(ids).toHaveLength(344);
    expect(new Set(ids).size).toBe(344);
  });

  test('drifts in nothing but the depth of the beak', () => {
    const [calm, drifted] = [rowsOf('live.csv'), rowsOf('live-drifted.csv')];
    const others = (row: string) => row.split(',').toSpliced(3, 1);
    expect(drifted.map(others)).toEqual(calm.map(others));
    expect(drifted).not.toEqual(calm);
  });
});
