import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { outputEntry, outputFile } from '../../../actions/runtime/outputs.ts';
import { outputsIn } from '../../support/runner-parsers.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlops-outputs-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('outputs', () => {
  test('what is written is what the runner reads, whatever the values hold', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('\n', '\r\n', '\r', '=', '<<', 'EOF', 'name<<EOF', 'mlops_', ' '))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('verdict', 'report-path', 'rows'), value)), (entries) => {
        expect(outputsIn(entries.map(([name, text]) => outputEntry(name, text)).join(''))).toEqual(entries);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a delimiter that occurs in the value is not used', () => {
    const delimiters = ['EOF', 'EOF2', 'END'];
    const entry = outputEntry('rows', 'a\nEOF2\nEOF\nb=c', () => delimiters.shift() ?? '');
    expect(outputsIn(entry)).toEqual([['rows', 'a\nEOF2\nEOF\nb=c']]);
    expect(entry.startsWith('rows<<END\n')).toBe(true);
  });

  test.each(['', 'a b', 'a\nEVIL=1', 'Verdict', 'a=b', 'a<<b', '-a'])('the name %j is refused', (name) => {
    expect(() => outputEntry(name, 'x')).toThrow(RangeError);
  });

  test('outputs are in the file as soon as they are set', () => {
    const path = join(folder, 'output');
    const set = outputFile(path, () => undefined);
    set('verdict', 'pass');
    set('verdict', 'fail');
    expect(outputsIn(readFileSync(path, 'utf8'))).toEqual([
      ['verdict', 'pass'],
      ['verdict', 'fail'],
    ]);
  });

  test('a value that would break the limit of the job is left out with a warning', () => {
    const warnings: string[] = [];
    const path = join(folder, 'large');
    const set = outputFile(path, (message) => warnings.push(message));
    set('failed', 'x'.repeat(200_000));
    set('verdict', 'fail');
    expect(outputsIn(readFileSync(path, 'utf8'))).toEqual([['verdict', 'fail']]);
    expect(warnings).toEqual([expect.stringContaining('"failed" is not set: it has 200000 characters')]);
  });

  test('without an output file nothing happens', () => {
    expect(() => outputFile(undefined, () => undefined)('verdict', 'pass')).not.toThrow();
  });
});
