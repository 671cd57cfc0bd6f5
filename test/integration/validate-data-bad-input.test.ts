import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { loadKernels } from '../../actions/runtime/scan/kernel-module.ts';
import { planParts } from '../../actions/runtime/scan/plan-parts.ts';
import type { TableRequest } from '../../actions/runtime/scan/read-part.ts';
import { main } from '../../actions/validate-data/main.ts';
import { memoryRuntime } from '../support/memory-runtime.ts';
import { validateData, where } from '../support/validate-data.ts';
import { i32, i64, struct, text, writeParquet } from '../unit/lib/columns/parquet-writer.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;
type Given = Readonly<Record<string, string>>;

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const gz = (text: string): Uint8Array => gzipSync(text);

/** A contract whose object has these properties, one a line. */
const contract = (...properties: readonly string[]): string => `apiVersion: v3.1.0
kind: DataContract
id: t
version: 1.0.0
status: active
schema:
  - name: t
    properties:
${properties.map((line) => `      - ${line}\n`).join('')}`;
const NUMBER = contract('{ name: x, logicalType: number }');
const column = (cells: readonly string[]): string => `x\n${cells.join('\n')}\n`;

const leaf = struct({ 1: i32(1), 3: i32(0), 4: text('n') });
/** A node of a Parquet schema with one child. */
const group = struct({ 3: i32(0), 4: text('g'), 5: i32(1) });

/** Inputs for a file: its name, and the contract when there is one. */
const inputsFor = (files: Files, given: Given): Given => ({
  data: Object.keys(files).find((name) => /^a\./.test(name)) ?? '',
  ...('c.yaml' in files && { contract: 'c.yaml' }),
  ...given,
});

describe('files that cannot be read are errors that say where and what to do', () => {
  const damaged = (bytes: Uint8Array, at: number): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    copy[copy.length + at] = (copy[copy.length + at] ?? 0) ^ 1;
    return copy;
  };
  test.each<[string, Files, RegExp, Given?]>([
    ['B01 no bytes', { 'a.csv': '' }, /^a\.csv: the file is empty/],
    ['B01 no bytes in gzip', { 'a.csv.gz': gz('') }, /^a\.csv\.gz: the file is empty/],
    ['B03 line ends alone', { 'a.csv': '\n\n\r\n' }, /^a\.csv: the file is empty/],
    ['B03 blanks alone', { 'a.csv': '   \n  ' }, /^a\.csv: the file is empty/],
    ['B03 a byte order mark alone', { 'a.csv': '\ufeff' }, /^a\.csv: the file is empty/],
    [
      'B05 UTF-16 where UTF-8 was promised',
      { 'a.csv': utf16('\ufeffa,b\n1,2\n') },
      /^a\.csv: not valid UTF-8 at byte 0 \(0xff, line 1\)/,
      { encoding: 'utf-8' },
    ],
    [
      'B06 UTF-16 without a mark',
      { 'a.csv': utf16('aa,bb\n1,2\n') },
      /^a\.csv: every second byte is NUL.* looks like UTF-16LE; set encoding to utf-16le/,
    ],
    [
      'B07 Latin-1',
      { 'a.csv': latin('a,b\n1,ok\n2,caf\xe9\n') },
      /^a\.csv: not valid UTF-8 at byte 14 \(0xe9, line 3\).*set encoding to latin1/,
    ],
    ['B07 overlong', { 'a.csv': latin('a,b\n1,\xc0\xaf\n') }, /not valid UTF-8 at byte 6 \(0xc0, line 2\)/],
    [
      'B07 half a surrogate pair',
      { 'a.csv': latin('a,b\n1,\xed\xa0\x80\n') },
      /not valid UTF-8 at byte 6 \(0xed, line 2\)/,
    ],
    ['B07 in the header', { 'a.csv': latin('a,\xe9\n1,2\n') }, /not valid UTF-8 at byte 2 \(0xe9, line 1\)/],
    [
      'B07 in JSONL',
      { 'a.jsonl': latin('{"a":1}\n{"a":"\xe9"}\n') },
      /^a\.jsonl: not valid UTF-8 at byte 14 \(0xe9, line 2\)/,
    ],
    [
      'B10 a line without end',
      { 'a.csv': `a,b\n1,${'x'.repeat(17 << 20)}` },
      /^a\.csv:2: a row longer than 16777216 bytes; is a quote or a line end missing here\?/,
    ],
    [
      'B10 a line without end in a packed file',
      { 'a.csv.gz': gz(`# of "x"\r\n1${'x'.repeat(17 << 20)}`) },
      /^a\.csv\.gz:2: a row longer than 16777216 bytes; is a quote or a line end missing here\?/,
      { header: 'true', quote: 'none' },
    ],
    [
      'B10 a header without end',
      { 'a.csv': 'x'.repeat(40 << 20) },
      /^a\.csv:1: the header does not end within 33554432 characters; is a quote or a line end missing\?/,
    ],
    [
      'B11 a quote that swallows the rest',
      { 'a.csv': 'a,b\n1,2\n3,"4\n5,6\n7,8\n' },
      /^a\.csv:3:3: the quote that opens here is never closed/,
    ],
    ['B12 a quote inside of a cell', { 'a.csv': 'a,b\n1,2\n3,1"x\n' }, /^a\.csv:3:4: a quote inside a cell/],
    [
      'B12 text after a quoted cell',
      { 'a.csv': 'a,b\n1,2\n3,"1"x\n' },
      /^a\.csv:3:6: text after the quote that closes a cell/,
    ],
    ['B14 names alike', { 'a.csv': 'a,b,a\n1,2,3\n' }, /^a\.csv:1: two columns are named "a"/],
    ['B14 but for case', { 'a.csv': 'Id,id\n1,2\n' }, /^a\.csv:1: two columns are named "Id" and "id"/],
    [
      'B14 B22 but for Unicode form',
      { 'a.csv': 'caf\u00e9,cafe\u0301\n1,2\n' },
      /^a\.csv:1: two columns are named/,
    ],
    ['B14 but for a blank', { 'a.csv': 'a, a\n1,2\n' }, /^a\.csv:1: two columns are named "a" and " a"/],
    ['B15 a column without a name', { 'a.csv': 'a,,c\n1,2,3\n' }, /^a\.csv:1: column 2 has no name/],
    [
      'B16 100,000 columns',
      { 'a.csv': `${Array.from({ length: 100_000 }, (_, at) => `c${at}`).join(',')}\n` },
      /^a\.csv:1: 100000 columns, at most 10000/,
    ],
    [
      'B24 CSV called Parquet',
      { 'a.parquet': 'a,b\n1,2\n' },
      /^a\.parquet: .* the content is text; is it CSV\?/,
    ],
    [
      'B24 Parquet called CSV',
      { 'a.csv': 'PAR1aaaaaaaaaPAR1' },
      /^a\.csv: its name says csv, but the content is Parquet/,
    ],
    ['B24 gzip called CSV', { 'a.csv': gz('a,b\n1,2\n') }, /^a\.csv: this is gzip.*ends in \.gz/],
    ['B24 a log-in page', { 'a.csv': '<!DOCTYPE html><html>Log in</html>' }, /^a\.csv: this is an HTML page/],
    [
      'B24 a Git LFS pointer',
      { 'a.parquet': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\n' },
      /^a\.parquet: this is a Git LFS pointer.*git lfs pull/,
    ],
    ['B24 CSV called gzip', { 'a.csv.gz': 'a,b\n1,2\n' }, /^a\.csv\.gz: damaged gzip file/],
    [
      'B25 a bomb of one cell',
      { 'a.csv.gz': gz(`a\n${'x'.repeat(40 << 20)}`) },
      /^a\.csv\.gz:2: a row longer than/,
    ],
    [
      'B25 a bomb of many rows',
      { 'a.csv.zst': zstdCompressSync('1\n'.repeat(40 << 20)) },
      /^a\.csv\.zst: unpacks to more than 1000 times its size; this looks like a zstd bomb/,
    ],
    [
      'B25 bytes behind gzip',
      { 'a.csv.gz': Buffer.concat([gz('a,b\n1,2\n'), latin('garbage!')]) },
      /^a\.csv\.gz: damaged gzip file/,
    ],
    [
      'B25 gzip cut off',
      { 'a.csv.gz': gz('a,b\n1,2\n').subarray(0, -6) },
      /^a\.csv\.gz: damaged gzip file \(unexpected end/,
    ],
    [
      'B25 a wrong checksum',
      { 'a.csv.gz': damaged(gz('a,b\n1,2\n'), -8) },
      /^a\.csv\.gz: damaged gzip file \(incorrect data check/,
    ],
    [
      'B26 a comma after a line',
      { 'a.jsonl': '{"a":1},\n{"a":2},\n' },
      /^a\.jsonl:1:8: a comma after the object/,
    ],
    [
      'B26 an array called JSONL',
      { 'a.jsonl': '[{"a":1},{"a":2}]\n' },
      /^a\.jsonl: its name says jsonl, but the content is a JSON array/,
    ],
    [
      'B26 an array as a line',
      { 'a.jsonl': '{"a":1}\n[2]\n' },
      /^a\.jsonl:2:1: expected an object, found an array/,
    ],
    [
      'B26 the last line cut',
      { 'a.jsonl': '{"a":1}\n{"a":2}\n{"a":' },
      /^a\.jsonl:3:6: not valid JSON: the line ends inside its object/,
    ],
    ['B26 an array cut', { 'a.json': '[{"a":1},\n{"a":2}' }, /^a\.json:2:8: the file ends inside the array/],
    [
      'B26 a comma too many',
      { 'a.json': '[{"a":1},\n{"a":2},\n]' },
      /^a\.json:3:1: not valid JSON: a comma before/,
    ],
    [
      'B27 a footer of nothing',
      { 'a.parquet': latin('PAR1\0\0\0\0\0\0\0\0PAR1') },
      /^a\.parquet: damaged file: a footer of 0 bytes/,
    ],
    [
      'B27 a footer beyond the file',
      { 'a.parquet': latin('PAR1\0\0\0\0\xff\xff\xff\x7fPAR1') },
      /^a\.parquet: damaged file: a footer of 2147483647 bytes/,
    ],
    [
      'B27 encrypted',
      { 'a.parquet': latin('PAR1\0\0\0\0\0\0\0\0PARE') },
      /^a\.parquet: an encrypted Parquet file/,
    ],
    ['B27 cut off', { 'a.parquet': latin('PAR1PAR1') }, /^a\.parquet: not a whole Parquet file/],
    [
      'B28 fewer rows than are declared',
      { 'a.parquet': writeParquet({ footer: { 3: i64(500) } }) },
      /^a\.parquet: damaged file: the footer declares 500 rows, the row groups 3/,
    ],
    [
      'B28 fewer values than rows',
      { 'a.parquet': writeParquet({ values: 2, rows: 3 }) },
      /^a\.parquet: column "n", row group 1: damaged file: it ends before all of its values/,
    ],
    [
      'B29 2^40 rows',
      { 'a.parquet': writeParquet({ rows: 2n ** 40n }) },
      /^a\.parquet: column "n", row group 1: damaged file: it ends before all/,
    ],
    [
      'B29 more row groups than any file has',
      { 'a.parquet': writeParquet({ groups: 100_001, footer: { 3: i64(300_003) } }) },
      /^a\.parquet: 100001 row groups, at most 100000 are read/,
    ],
    [
      'B29 a schema that holds itself',
      { 'a.parquet': writeParquet({ schema: [...Array.from({ length: 200 }, () => group), leaf] }) },
      /^a\.parquet: damaged file: a schema of more than 100 levels/,
    ],
    [
      'B29 an unknown codec',
      { 'a.parquet': writeParquet({ codec: 99 }) },
      /^a\.parquet: .*packed with an unknown codec/,
    ],
    ['B47 no file', {}, /^x\/\*\.csv: no such file; no name matches/, { data: 'x/*.csv' }],
    [
      'B55 deep',
      { 'a.jsonl': `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n` },
      /^a\.jsonl:1:205: nested deeper than 200 levels/,
    ],
    ['B55 text behind', { 'a.json': '[{"a":1}] x' }, /^a\.json:1:11: text after the end of the array/],
    ['B55 a comment', { 'a.json': '[{"a":1} /* x */]' }, /^a\.json:1:10: .*found a comment/],
    ['B55 single quotes', { 'a.jsonl': "{'a':1}\n" }, /^a\.jsonl:1:2: .*JSON uses double quotes/],
    [
      'B49 a key that stands twice',
      { 'a.jsonl': '{"a":1}\n{"a":1,"a":2}\n' },
      /^a\.jsonl:2:8: the key "a" stands twice/,
    ],
    ['B48 NaN', { 'a.jsonl': '{"a":NaN}\n' }, /^a\.jsonl:1:6: .*NaN and Infinity are not numbers of JSON/],
  ])('%s', async (_name, files, message, given = {}) => {
    const start = performance.now();
    await expect(validateData(inputsFor(files, given), files)).rejects.toMatchObject({
      name: 'ActionError',
      message: expect.stringMatching(message),
    });
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('data that is bad is a finding on its line', () => {
  /** What is found, each as `check field file:line` with a part of its message. */
  const HERE = 'a.csv';
  test.each<[string, Files, readonly (readonly [where: string, message: string])[], Given?]>([
    ['B02 a header alone', { [HERE]: 'a,b\n' }, [['rowCount', 'expected more than 0, found 0']]],
    ['B08 NUL in a cell', { [HERE]: 'a,b\n1,x\n2,x\0y\n' }, [['csvStructure a.csv:3', 'no NUL character']]],
    [
      'B12 quotes out of place, relaxed',
      { [HERE]: 'a,b\n1,5" pipe\n2,"say "hi" now"\n' },
      [['encoding a.csv', '3 quotes inside of cells were kept as text, the first in line 2']],
      { quotes: 'relaxed' },
    ],
    [
      'B09 three kinds of line ends',
      { [HERE]: 'a,b\n1,x\r\n2,y\r3,z\n' },
      [['encoding a.csv', 'mixed line ends: 2 \\n, 1 \\r\\n, 1 \\r']],
    ],
    [
      'B13 rows that do not fit',
      { [HERE]: 'a,b\n1,2\n3\n4,5,6\n7,8\n' },
      [
        ['csvStructure a.csv:3', '1 cells, 2 columns'],
        ['csvStructure a.csv:4', '3 cells, 2 columns'],
      ],
    ],
    [
      'B17 numbers of other places',
      { [HERE]: column(['"1,5"', '"1.234,56"', '1 000', '١٢', '１２']), 'c.yaml': NUMBER },
      [
        ['dataType x a.csv:2', 'the decimal separator is a point'],
        ['dataType x a.csv:3', 'thousands separators'],
        ['dataType x a.csv:4', 'thousands separators'],
        ['dataType x a.csv:5', 'only the digits 0 to 9'],
        ['dataType x a.csv:6', 'only the digits 0 to 9'],
      ],
    ],
    [
      'B18 look-alikes of numbers',
      {
        [HERE]: column([
          '" "',
          'null',
          'true',
          '0x10',
          '1_000',
          '1e3',
          '+5',
          '.5',
          '5.',
          '-0',
          'Infinity',
          'nan',
          '1e400',
          '1e',
        ]),
        'c.yaml': NUMBER,
      },
      [
        ['dataType x a.csv:2', 'white space'],
        ['dataType x a.csv:3', 'found "null"'],
        ['dataType x a.csv:4', 'found "true"'],
        ['dataType x a.csv:5', 'hexadecimal'],
        ['dataType x a.csv:6', 'digit separators'],
        ['dataType x a.csv:12', 'not a finite number'],
        ['dataType x a.csv:13', 'not a finite number'],
        ['dataType x a.csv:14', 'too large for a number'],
        ['dataType x a.csv:15', 'found "1e"'],
      ],
    ],
    [
      'B18 look-alikes of whole numbers',
      {
        [HERE]: column(['1e3', '5.0', '5.5', '007']),
        'c.yaml': contract('{ name: x, logicalType: integer }'),
      },
      [
        ['dataType x a.csv:2', 'without an exponent'],
        ['dataType x a.csv:4', 'not a whole number'],
      ],
    ],
    [
      'B19 whole numbers beyond 2^53 are compared exactly',
      {
        [HERE]: column(['9007199254740993', '9007199254740992', '123456789012345678901', '9007199254740993']),
        'c.yaml': contract('{ name: x, logicalType: integer, unique: true }'),
      },
      [['duplicateValues x a.csv:5', '9007199254740993']],
    ],
    [
      'B20 dates that are none',
      {
        [HERE]: column([
          '2024-02-30',
          '2024-02-29',
          '0000-00-00',
          '2024-W05-1',
          '1706745600',
          '2024-1-2',
          '01/02/2024',
        ]),
        'c.yaml': contract('{ name: x, logicalType: date }'),
      },
      [
        ['dataType x a.csv:2', 'expected a date, found "2024-02-30" (there is no such day in that month)'],
        ['dataType x a.csv:4', 'years begin with 0001'],
        ['dataType x a.csv:5', 'dates by week are not read'],
        ['dataType x a.csv:6', 'maybe of seconds since 1970'],
        ['dataType x a.csv:7', 'months and days have two digits'],
        ['dataType x a.csv:8', 'the year comes first'],
      ],
    ],
    [
      // Without a zone a time is taken as UTC, which has no gaps: the first is one.
      'B20 times that are none',
      {
        [HERE]: column([
          '2024-03-10T02:30:00',
          '2024-01-01T24:00:00',
          '1706745600000',
          '2024-01-01T25:00:00Z',
          '2024-01-01T10:00:00+25:00',
        ]),
        'c.yaml': contract('{ name: x, logicalType: timestamp }'),
      },
      [
        ['dataType x a.csv:3', 'the day ends at 23:59'],
        ['dataType x a.csv:4', 'maybe of milliseconds since 1970'],
        ['dataType x a.csv:5', 'hours end at 23'],
        ['dataType x a.csv:6', 'offsets end at 18 hours'],
      ],
    ],
    [
      'B21 a name in letters of another alphabet',
      {
        [HERE]: 'k,\u0430\u0441\u0441\n1,2\n',
        'c.yaml': contract('{ name: acc, logicalType: number }', '{ name: k, logicalType: number }'),
      },
      [
        ['schemaMatch acc a.csv:1', 'which looks alike but is written with other characters'],
        ['schemaMatch \u0430\u0441\u0441 a.csv:1', 'only columns of the contract'],
      ],
    ],
    [
      // Not treated as equal: the name is what everything that reads the data after us looks for, byte by byte.
      'B22 a name in another Unicode form',
      {
        [HERE]: 'k,cafe\u0301\n1,2\n',
        'c.yaml': contract('{ name: "caf\u00e9", logicalType: number }', '{ name: k, logicalType: number }'),
      },
      [
        ['schemaMatch caf\u00e9 a.csv:1', 'which looks alike but is written with other characters'],
        ['schemaMatch cafe\u0301 a.csv:1', 'only columns of the contract'],
      ],
    ],
    [
      'B54 a pattern that would take other engines for ever',
      {
        [HERE]: `x\n${'a'.repeat(50_000)}!\naaa\n`,
        'c.yaml': contract('{ name: x, logicalType: string, logicalTypeOptions: { pattern: "^(a+)+$" } }'),
      },
      [['invalidValues x a.csv:2', 'a match of ^(a+)+$']],
    ],
  ])('%s', async (_name, files, expected, given = {}) => {
    const { report } = await validateData(inputsFor(files, given), files);
    expect(report.findings.map(where)).toEqual(expected.map(([place]) => place));
    for (const [at, [, part]] of expected.entries()) expect(report.findings[at]?.message).toContain(part);
  });

  test('B23 characters that turn or hide text stay in the data, and are shown in no report as they are', async () => {
    const run = await validateData(
      { data: HERE, contract: 'c.yaml' },
      {
        [HERE]: 'x\n\u202eevil\u200b\u{e0041}\n',
        'c.yaml': contract('{ name: x, logicalType: string, logicalTypeOptions: { pattern: "^x$" } }'),
      },
    );
    expect(run.report.findings[0]?.value).toBe('\u202eevil\u200b\u{e0041}');
    expect(run.recorded.summary()).not.toMatch(/[\u202e\u200b]|\u{e0041}/u);
  });
});

describe('what is peculiar but plain is read', () => {
  test.each<[string, Files, readonly string[], string | undefined, Given?]>([
    ['B04 a byte order mark', { 'a.csv': '\ufeffa,b\n1,2\n' }, ['a', 'b'], 'a.csv: byte order mark skipped'],
    ['B05 UTF-16LE', { 'a.csv': utf16('\ufeffa,é\n1,2\n') }, ['a', 'é'], 'a.csv: decoded from UTF-16LE'],
    [
      'B05 UTF-16BE',
      { 'a.csv': utf16('\ufeffa,é\n1,2\n').swap16() },
      ['a', 'é'],
      'a.csv: decoded from UTF-16BE',
    ],
    [
      'B07 Latin-1, when that is said',
      { 'a.csv': latin('a,\xe9\n1,2\n') },
      ['a', 'é'],
      'a.csv: decoded from LATIN1',
      { encoding: 'latin1' },
    ],
    [
      'B15 names of JavaScript',
      { 'a.csv': '__proto__,constructor,toString\n1,2,3\n' },
      ['__proto__', 'constructor', 'toString'],
      undefined,
    ],
    [
      'B15 the same in JSON',
      { 'a.jsonl': '{"__proto__":1,"constructor":2,"toString":3}\n' },
      ['__proto__', 'constructor', 'toString'],
      undefined,
    ],
    ['B25 gzip of several members', { 'a.csv.gz': Buffer.concat([gz('a\n'), gz('1\n')]) }, ['a'], undefined],
    ['B26 blank lines', { 'a.jsonl': '\n{"a":1}\n \n\n' }, ['a'], undefined],
    [
      'B55 a byte order mark before JSON',
      { 'a.jsonl': '\ufeff{"a":1}\n' },
      ['a'],
      'a.jsonl: byte order mark skipped',
    ],
    [
      'B47 names with blanks, quotes and shells in them',
      { "d/-a b's $(x);.csv": 'a\n1\n' },
      ['a'],
      undefined,
      { data: 'd/*.csv' },
    ],
  ])('%s', async (_name, files, columns, note, given = {}) => {
    const { outcome, report } = await validateData(inputsFor(files, given), files);
    expect(outcome.verdict).toBe('pass');
    expect(report.dataset).toMatchObject({ rows: 1, columns, files: [{ name: expect.any(String) }] });
    expect(report.notes).toEqual(note === undefined ? [] : [note]);
  });
});

describe('contracts', () => {
  test.each<[string, string, RegExp]>([
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]\n`,
      /^c\.yaml: not valid YAML: Excessive alias count/,
    ],
    [
      'a key that stands twice',
      `${NUMBER}version: 2.0.0\n`,
      /^c\.yaml:10:1: not valid YAML: Map keys must be unique/,
    ],
    ['a tag', NUMBER.replace('number', '!!js/function "x"'), /^c\.yaml:9:33: not valid YAML: Unresolved tag/],
    [
      'two documents',
      `${NUMBER}---\na: 1\n`,
      /^c\.yaml:\d+:1: not valid YAML: Source contains multiple documents/,
    ],
    [
      'tabs',
      NUMBER.replace('  - name: t', '\t- name: t'),
      /^c\.yaml:7:1: not valid YAML: Tabs are not allowed/,
    ],
    [
      'an unknown field',
      NUMBER.replace('logicalType', 'logicalTyp'),
      /^c\.yaml:9:9: .*unknown key "logicalTyp"; did you mean "logicalType"\?/,
    ],
    [
      'no number',
      contract('{ name: x, logicalType: number, logicalTypeOptions: { minimum: .nan } }'),
      /^c\.yaml:9:72: .*\.nan is not a finite number/,
    ],
    [
      'a number that no double holds',
      contract('{ name: x, logicalType: integer, logicalTypeOptions: { maximum: 9007199254740993 } }'),
      /^c\.yaml:9:73: .*cannot be held exactly; put it in quotes/,
    ],
    [
      'limits the wrong way round',
      contract('{ name: x, logicalType: number, logicalTypeOptions: { minimum: 5, maximum: 1 } }'),
      /^c\.yaml:9:72: .*no value can be right: minimum is 5, maximum is 1; is one of them meant the other way round\?$/,
    ],
    [
      'a range the wrong way round',
      contract('{ name: x, logicalType: number, quality: [{ metric: nullValues, mustBeBetween: [5, 1] }] }'),
      /^c\.yaml:9:88: .*the smaller number comes first/,
    ],
    ['nothing', '', /^c\.yaml:1:1: the file is empty; a contract without demands would pass any data/],
    [
      'no demand',
      'apiVersion: v3.1.0\nkind: DataContract\nid: t\nversion: 1.0.0\nstatus: active\nschema: []\n',
      /^c\.yaml:6:9: .*any data would pass/,
    ],
    [
      'a word for a boolean',
      NUMBER.replace('number }', 'number, required: "no" }'),
      /^c\.yaml:9:51: .*expected boolean, found "no"/,
    ],
    [
      'an unknown check',
      contract(
        '{ name: x, quality: [{ type: custom, engine: validateData, implementation: { check: nulValues, mustBe: 0 } }] }',
      ),
      /unknown check "nulValues"; did you mean "nullValues"\?/,
    ],
    [
      'SQL',
      contract('{ name: x, quality: [{ type: sql, query: "select 1", mustBe: 0 }] }'),
      /SQL cannot be run on files; use/,
    ],
    [
      'a pattern of another engine',
      contract('{ name: x, logicalType: string, logicalTypeOptions: { pattern: "(?=a)b" } }'),
      /^c\.yaml:9:72: .*RE2 syntax \(no lookaround/,
    ],
    ['10,000 levels', `a: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`, /^c\.yaml:1:\d+: not valid YAML/],
  ])('B53 %s is refused', async (_name, text, message) => {
    const files = { 'a.csv': 'x\n1\n', 'c.yaml': text };
    await expect(validateData(inputsFor(files, {}), files)).rejects.toMatchObject({
      name: 'ActionError',
      message: expect.stringMatching(message),
    });
  });
});

describe('row schemas', () => {
  const DATA = 'a,__proto__\n1,x\n';
  const schemaOf = (schema: unknown): string =>
    typeof schema === 'string' ? schema : JSON.stringify(schema);

  test.each<[string, unknown, RegExp]>([
    [
      'a pattern of another engine',
      { properties: { a: { pattern: '(?=a)b' } } },
      /^s\.json: not a usable JSON Schema: .*invalid or unsupported/,
    ],
    [
      'a schema from the network',
      { $ref: 'http://127.0.0.1:9/x.json' },
      /can't resolve reference http:\/\/127\.0\.0\.1:9/,
    ],
    [
      'a schema from the disk',
      { properties: { a: { $ref: 'file:///etc/passwd' } } },
      /can't resolve reference file:/,
    ],
    ['a schema that is itself', { $ref: '#' }, /^s\.json: .*refers to itself/],
    [
      '50,000 values',
      { properties: { a: { enum: Array.from({ length: 50_000 }, (_, at) => `v${at}`) } } },
      /^s\.json: the schema is too large/,
    ],
    [
      '$data',
      { properties: { a: { maximum: { $data: '1/b' } } } },
      /^s\.json: not a usable JSON Schema: .*must be number/,
    ],
    ['an unknown keyword', { properties: { a: { minimun: 1 } } }, /unknown keyword: "minimun"/],
    ['an unknown format', { properties: { a: { format: 'emial' } } }, /unknown format "emial"/],
    [
      '100,000 levels',
      `${'{"not":'.repeat(100_000)}{}${'}'.repeat(100_000)}`,
      /^s\.json:1:\d+: not valid JSON: nested deeper/,
    ],
    ['text behind', '{"required": ["a"]} x', /^s\.json:1:21: not valid JSON: unexpected text after the end/],
    ['a comment', '{"required": ["a"]} // x', /^s\.json:1:21: not valid JSON/],
    ['single quotes', "{'required': ['a']}", /^s\.json:1:2: .*JSON uses double quotes/],
    [
      'a key that stands twice',
      '{"required": ["a"], "required": ["b"]}',
      /^s\.json:1:21: .*stands here again, first at s\.json:1:2/,
    ],
    ['nothing', '', /^s\.json:1:1: not valid JSON/],
  ])('B54 B55 %s is refused', async (_name, schema, message) => {
    await expect(
      validateData({ data: 'a.csv', 'row-schema': 's.json' }, { 'a.csv': DATA, 's.json': schemaOf(schema) }),
    ).rejects.toMatchObject({ name: 'ActionError', message: expect.stringMatching(message) });
  });

  test.each<[string, unknown, readonly string[]]>([
    ['a key that every object of JavaScript has', { required: ['toString'] }, ['rowSchema a.csv:2']],
    [
      'a property called __proto__',
      '{"properties": {"__proto__": {"type": "number"}}}',
      ['rowSchema a.csv:2'],
    ],
    [
      'a pattern that would take other engines for ever',
      { properties: { a: { pattern: '^(b+)+$' } } },
      ['rowSchema a a.csv:2'],
    ],
    ['a byte order mark', '\ufeff{"required": ["a"]}', []],
  ])('B54 %s is checked', async (_name, schema, found) => {
    const { report } = await validateData(
      { data: 'a.csv', 'row-schema': 's.json' },
      { 'a.csv': DATA, 's.json': schemaOf(schema) },
    );
    expect(report.findings.map(where)).toEqual(found);
  });
});

describe('inputs that say nothing', () => {
  const files = { 'a.csv': 'x\n1\n', 'c.yaml': NUMBER };
  test('the name of a table without a contract that has tables', async () => {
    await expect(validateData({ data: 'a.csv', 'schema-object': 't' }, files)).rejects.toMatchObject({
      name: 'ActionError',
      code: 'invalid-input',
      message: expect.stringMatching(
        /schema-object: names the table "t" of a contract, but there is no contract/,
      ),
    });
  });

  test('with a contract, and where it names the table that is suggested, it is read', async () => {
    const { outcome } = await validateData(
      { data: 'a.csv', contract: 'c.yaml', 'schema-object': 't' },
      files,
    );
    expect(outcome.verdict).toBe('pass');
    await using runtime = await memoryRuntime({
      action: 'validate-data',
      inputs: { mode: 'suggest', data: 'a.csv', 'schema-object': 'orders' },
      files,
    });
    await main(runtime);
    const contract = await runtime.files.readText(runtime.recorded.outputs.get('contract-path') ?? '');
    expect(contract).toMatch(/^ {2}- name: orders$/m);
  });
});

describe('B55 half a gigabyte is refused by its size, before it is read', () => {
  const SIZE = 500_000_000;
  test.each<[string, string, Given]>([
    ['a contract', 'c.yaml', { contract: 'c.yaml' }],
    ['a row schema', 's.json', { 'row-schema': 's.json' }],
    ['a profile', 'profile.json', { reference: 'profile.json' }],
    ['a report', 'report.json', { baseline: 'report.json' }],
    ['a part of a shard', 'part.json', { mode: 'merge', parts: 'part.json' }],
  ])('%s', async (_name, file, given) => {
    await using runtime = await memoryRuntime({
      action: 'validate-data',
      inputs: { data: 'a.csv', ...given },
      files: { 'a.csv': 'x\n1\n', [file]: '', 'keys.bin': '' },
    });
    // A file of holes: it has that size and takes no room on the disk.
    truncateSync(join(runtime.context.workspace, file), SIZE);
    const before = process.memoryUsage().rss;
    await expect(main(runtime)).rejects.toMatchObject({
      name: 'ActionError',
      code: 'limit-exceeded',
      message: expect.stringMatching(new RegExp(`${file}: ${SIZE} bytes, at most 67108864 are read$`)),
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(SIZE / 2);
  });

  test('data of one record without end', async () => {
    const files = { 'a.json': `[{"a":"${'x'.repeat(40 << 20)}` };
    await expect(validateData({ data: 'a.json' }, files)).rejects.toMatchObject({
      name: 'ActionError',
      message:
        'a.json: the first record does not end within 33554432 characters; is a bracket or a line end missing?',
    });
  });
});

test('B47 more files of a table than positions of rows can tell apart are refused before any is opened', async () => {
  await using runtime = await memoryRuntime({});
  const files = Array.from({ length: 65_537 }, (_, at) => {
    const path = `d/${at}.csv`;
    return { location: 'd', name: path, path };
  });
  const request: TableRequest = {
    spec: { name: 't', columns: [], splits: [] },
    rules: [],
    keys: [],
    parts: [{ split: undefined, files }],
    read: { format: 'auto', encoding: 'auto', nullTexts: [] },
    maxFindings: 1,
    profile: true,
  };
  await expect(planParts(runtime, request, loadKernels(runtime.context.actionPath))).rejects.toMatchObject({
    code: 'limit-exceeded',
    message: 'd/0.csv and others: 65537 files of one table, at most 65536 are read; join small files',
  });
});

describe('B46 what is no plain file', () => {
  test.each<[string, (folder: string) => void, RegExp]>([
    [
      'a link out of the workspace',
      (folder) => symlinkSync('/etc/passwd', join(folder, 'a.csv')),
      /a\.csv: leads to .*outside the workspace/,
    ],
    ['a link to nothing', (folder) => symlinkSync('nowhere', join(folder, 'a.csv')), /a\.csv/],
    ['a link to itself', (folder) => symlinkSync('a.csv', join(folder, 'a.csv')), /a\.csv/],
    [
      'a pipe',
      (folder) => void execFileSync('mkfifo', [join(folder, 'a.csv')]),
      /a\.csv: expected a file, found a pipe|a\.csv/,
    ],
  ])('%s is refused and does not hang', async (_name, make, message) => {
    await using runtime = await memoryRuntime({ action: 'validate-data', inputs: { data: 'a.csv' } });
    make(runtime.context.workspace);
    await expect(main(runtime)).rejects.toMatchObject({
      name: 'ActionError',
      message: expect.stringMatching(message),
    });
  });

  test('an empty folder is no data', async () => {
    await using runtime = await memoryRuntime({ action: 'validate-data', inputs: { data: 'd' } });
    await mkdir(join(runtime.context.workspace, 'd'));
    await expect(main(runtime)).rejects.toMatchObject({ name: 'ActionError', code: 'not-found' });
  });
});
