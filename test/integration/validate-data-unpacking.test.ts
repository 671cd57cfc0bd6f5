import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ActionError } from '../../actions/lib/errors.ts';
import { seededRandom } from '../../actions/lib/stats/random.ts';
import { type Validated, validateData, where } from '../support/validate-data.ts';

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: t
version: 1.0.0
status: active
schema:
  - name: t
    properties:
      - { name: id, logicalType: string, unique: true }
      - { name: amount, logicalType: number, logicalTypeOptions: { minimum: 0 } }
      - { name: note, logicalType: string }
      - { name: kind, logicalType: string, logicalTypeOptions: { pattern: "^[a-d]$" } }
`;

const BLOCK = 1 << 20;
const HEAD = 'id,amount,note,kind\n';

/** Rows of about 3 MiB, with line ends and quotes inside of quotes, and some faults. */
function csv(): string {
  const random = seededRandom(3);
  const parts = ['line\n', 'two\r\nlines', ', ""quoted""', 'ä€😀', 'plain words '];
  const rows = Array.from({ length: 15_000 }, (_, at) => {
    const note = Array.from({ length: 1 + random.integer(40) }, () => parts[random.integer(5)]).join('');
    const id = at % 4_999 === 4_998 ? 'R7' : `R${at}`;
    return `${id},${at % 3_001 === 5 ? '-1' : random.integer(1_000) / 8},"${note}",${at % 7_001 === 99 ? 'z' : 'b'}\n`;
  });
  return HEAD + rows.join('');
}

const jsonl = (): string =>
  Array.from(
    { length: 30_000 },
    (_, at) => `{"id":"R${at % 29_990}","amount":${at - 3},"note":"${'x'.repeat(at % 97)}","kind":"c"}\n`,
  ).join('');

/** A text whose last row ends on the edge of a block. */
function toTheEdge(): string {
  const rows = Array.from({ length: 120_000 }, (_, at) => `R${at},-${at % 9_001 === 7 ? 1 : 0},words,a\n`)
    .join('')
    .slice(0, 2 * BLOCK - HEAD.length - 40);
  const whole = HEAD + rows.slice(0, rows.lastIndexOf('\n') + 1);
  return `${whole}R,1,${'w'.repeat(2 * BLOCK - whole.length - 7)},a\n`;
}

/** A row over five blocks, and some around it. */
const longRow = (): string =>
  `${HEAD}${Array.from({ length: 60_000 }, (_, at) => `R${at},1,x,a\n`).join('')}L,1,"${'long\n'.repeat(BLOCK)}",a\nM,-1,x,a\n`;

const run = (name: string, bytes: Uint8Array, threads: number): Promise<Validated> =>
  validateData(
    { data: name, contract: 'c.yaml', threads: String(threads) },
    { [name]: bytes, 'c.yaml': CONTRACT },
  );

const gzip = (text: string): Uint8Array => gzipSync(text, { level: 1 });
const brotli = (text: string): Uint8Array =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });

describe('a file that one thread unpacks is read by others as by one', () => {
  test.each<readonly [name: string, file: string, text: () => string, pack: (text: string) => Uint8Array]>([
    ['gzip', 'a.csv.gz', csv, gzip],
    ['gzip of several members', 'a.csv.gz', csv, (text) => Buffer.concat([gzip(text), gzip('Z,-1,x,a\n')])],
    ['Zstandard', 'a.csv.zst', csv, zstdCompressSync],
    ['Brotli', 'a.csv.br', csv, brotli],
    ['JSON Lines', 'a.jsonl.gz', jsonl, gzip],
    ['a mark and line ends of Windows', 'a.csv.gz', () => `\ufeff${csv().replaceAll('b\n', 'b\r\n')}`, gzip],
    ['UTF-16, not packed', 'a.csv', () => `\ufeff${csv()}`, (text) => Buffer.from(text, 'utf16le')],
    ['an end on the edge of a block', 'a.csv.gz', toTheEdge, gzip],
    ['a row over several blocks', 'a.csv.gz', longRow, gzip],
    ['no line end at the end', 'a.csv.gz', () => csv().slice(0, -1), gzip],
  ])('%s', async (name, file, text, pack) => {
    const bytes = pack(text());
    const one = await run(file, bytes, 1);
    expect(one.report.findings.length).toBeGreaterThan(0);
    for (const threads of name === 'gzip' ? [2, 3] : [2]) {
      const other = await run(file, bytes, threads);
      expect(other.report.findings.map(where)).toEqual(one.report.findings.map(where));
      expect(other.report).toEqual(one.report);
      expect(other.profile).toEqual(one.profile);
    }
  });

  test('a column whose type is wider than it seemed begins the file anew', async () => {
    const text = `n,m\n${'1,2\n'.repeat(700_000)}1.5,x\n`;
    const read = (threads: number) =>
      validateData(
        { data: 'a.csv.gz', mode: 'profile', threads: String(threads) },
        { 'a.csv.gz': gzip(text) },
      );
    const one = await read(1);
    expect(one.profile.columns.map(({ type }) => type)).toEqual(['number', 'string']);
    expect((await read(2)).profile).toEqual(one.profile);
  });
});

describe('faults are those that one thread tells', () => {
  const text = csv();
  const packed = gzip(text);
  const stray = text.indexOf('\nR14000,') + 1;
  test.each<readonly [name: string, bytes: Uint8Array, message: RegExp]>([
    ['a damaged archive', packed.subarray(0, packed.length - 2_000), /^a\.csv\.gz: damaged gzip file/],
    [
      'a quote out of place',
      gzip(`${text.slice(0, stray)}x,1"2,n,a\n${text.slice(stray)}`),
      /^a\.csv\.gz:\d+:4: a quote inside a cell/,
    ],
    [
      'bytes that are no text',
      gzipSync(Buffer.concat([Buffer.from(text), Buffer.of(0xff, 10)])),
      /not valid UTF-8|0xff/i,
    ],
    ['a quote that is never closed', gzip(`${text}x,1,"never\n${'y\n'.repeat(BLOCK)}`), /never closed/],
  ])('%s', async (_name, bytes, message) => {
    const said = async (threads: number): Promise<string> => {
      const error: unknown = await run('a.csv.gz', bytes, threads).catch((reason: unknown) => reason);
      if (!(error instanceof ActionError)) throw error;
      return error.message;
    };
    expect(await said(1)).toMatch(message);
    expect(await said(2)).toBe(await said(1));
  });
});
