import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ActionError } from '../../actions/lib/errors.ts';
import { seededRandom } from '../../actions/lib/stats/random.ts';
import { OUTPUT, type Validated, validateData, where } from '../support/validate-data.ts';

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
      - name: note
        logicalType: string
        quality:
          - { type: custom, engine: validateData, severity: warning, implementation: { check: stringVariants, mustBe: 0 } }
      - { name: kind, logicalType: string, logicalTypeOptions: { pattern: "^[a-d]$" } }
`;

/** Texts of many bytes with line ends, quotes and delimiters in them: some of them lie across the edges of blocks. */
function notes(): readonly string[] {
  const random = seededRandom(5);
  const parts = ['line\n', 'two\r\nlines', ', "quoted"', 'ä€😀', 'plain words '];
  return Array.from({ length: 40 }, () =>
    Array.from({ length: 1 + random.integer(60) }, () => parts[random.integer(parts.length)]).join(''),
  );
}

/** About 4 MiB of rows with some faults, so that four blocks of 1 MiB are read. */
function rows(): readonly (readonly string[])[] {
  const random = seededRandom(9);
  const texts = notes();
  return Array.from({ length: 12_000 }, (_, at) => [
    at % 1_700 === 1_699 ? 'R7' : `R${at}`,
    at % 1_111 === 5 ? '-1' : (random.next() * 100).toFixed(3),
    at % 2_300 === 11 ? 'Plain Words' : (texts[random.integer(texts.length)] ?? ''),
    at % 1_903 === 1_902 ? 'z' : ('abcd'[random.integer(4)] ?? ''),
  ]);
}

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csv = (end: (row: number) => string): string =>
  [['id', 'amount', 'note', 'kind'], ...rows()]
    .map((cells, at) => cells.map(cell).join(',') + end(at))
    .join('');

const jsonl = (): string =>
  rows()
    .map(([id, amount, note, kind]) => JSON.stringify({ id, amount: Number(amount), note, kind }))
    .join('\n');

const run = (name: string, text: string, threads: number): Promise<Validated> =>
  validateData(
    { data: name, contract: 'c.yaml', threads: String(threads) },
    { [name]: text, 'c.yaml': CONTRACT },
  );

describe('however many threads read, they find the same', () => {
  test.each([
    ['lines that end in \\n', 'a.csv', () => csv(() => '\n')],
    ['lines that end in \\r\\n', 'a.csv', () => csv(() => '\r\n')],
    ['mixed line ends', 'a.csv', () => csv((row) => ['\n', '\r\n', '\r'][row % 3] ?? '\n')],
    ['no line end at the end', 'a.csv', () => csv((row) => (row === 12_000 ? '' : '\n'))],
    ['JSON Lines', 'a.jsonl', jsonl],
  ])('%s', async (_name, file, text) => {
    const data = text();
    expect(Buffer.byteLength(data)).toBeGreaterThan(3 << 20);
    const [one, ...others] = [await run(file, data, 1), await run(file, data, 2), await run(file, data, 3)];
    expect(one.report.dataset.rows).toBe(12_000);
    const json = file === 'a.jsonl';
    // The last cell of a row is behind the line ends in the one before it.
    const kindLine = lineOf(data, 1_902, json) + (json ? 0 : breaks(rows()[1_902]?.[2]));
    const found = one.report.findings.map(where);
    expect(found).toEqual(
      expect.arrayContaining([
        `duplicateValues id ${file}:${lineOf(data, 1_699, json)}`,
        `invalidValues kind ${file}:${kindLine}`,
      ]),
    );
    expect(found.filter((place) => place.startsWith('invalidValues amount'))).toHaveLength(11);
    for (const other of others) {
      expect(other.report).toEqual(one.report);
      expect(other.profile).toEqual(one.profile);
    }
  });

  test('the first fault of a file is told, not the first that a thread met', async () => {
    const data = csv(() => '\n');
    const broken = `${data.slice(0, -1)}\nx,1"2,n,a\n${data.slice(data.indexOf('\n') + 1)}y,3"4,n,a\n`;
    const said = async (threads: number): Promise<string> => {
      const error: unknown = await run('a.csv', broken, threads).catch((reason: unknown) => reason);
      if (!(error instanceof ActionError)) throw error;
      return error.message;
    };
    const line = data.split(/\r\n|\n|\r/).length;
    expect(await said(1)).toBe(
      `a.csv:${line}:4: a quote inside a cell that does not begin with one; quote the whole cell and double the quote`,
    );
    for (const threads of [2, 3]) expect(await said(threads)).toBe(await said(1));
  });
});

const breaks = (text = ''): number => text.split(/\r\n|\n|\r/).length - 1;

/** The physical line on which a row (from 0) begins: line ends inside of quotes count as well. */
function lineOf(text: string, row: number, json: boolean): number {
  const start = text.indexOf(json ? `{"id":"R${row - 1}"` : `R${row - 1},`);
  return breaks(text.slice(0, start)) + 2 + (json ? 0 : breaks(rows()[row - 1]?.[2]));
}

describe('cancelling', () => {
  test.each([
    ['SIGINT', 'a.csv'],
    ['SIGTERM', 'a.csv'],
    ['SIGINT', 'a.csv.gz'],
  ] as const)('%s while %s is read ends within 7 s, without half-written reports', async (signal, name) => {
    const folder = mkdtempSync(join(tmpdir(), 'mlops-cancel-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'a.csv');
    // 300 MB: far more than is read before the signal comes, also on a fast machine.
    writeFileSync(path, 'id,amount,note,kind\n');
    const some = Buffer.from(
      Array.from({ length: 40_000 }, (_, at) => `R${at},${at % 97},some words here,a\n`).join(''),
    );
    for (let size = 0; size < 300e6; size += some.length) writeFileSync(path, some, { flag: 'a' });
    if (name.endsWith('.gz')) execFileSync('gzip', ['-1', path]);
    writeFileSync(join(folder, 'c.yaml'), CONTRACT);
    const program = join(import.meta.dirname, '../../actions/local/index.ts');
    const child = spawn(
      process.execPath,
      [program, 'validate-data', '--data', name, '--contract', 'c.yaml'],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    const begun = new Promise<void>((resolve) => {
      const listen = (chunk: Buffer): void => {
        said += chunk.toString();
        if (/tables/.test(said)) resolve();
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
    });
    const ended = new Promise<number | null>((resolve) => {
      child.once('exit', (code) => resolve(code));
    });
    await Promise.race([begun, ended]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(child.exitCode).toBeNull();
    const sent = performance.now();
    child.kill(signal);
    const code = await ended;
    expect(performance.now() - sent).toBeLessThan(7_000);
    expect(code).not.toBe(0);
    expect(said).toMatch(/cancel/i);
    const written = join(folder, OUTPUT);
    expect(existsSync(written) ? readdirSync(written) : []).toEqual([]);
  });
});

test('files of a later split are found again by their numbers, however many tasks the ones before had', async () => {
  const data = csv(() => '\n');
  const splits = CONTRACT.replace(
    '    properties:',
    `    customProperties:
      - { property: splits, value: { train: { files: "d/train*.csv" }, test: { files: "d/test*.csv" } } }
    quality:
      - { type: custom, engine: validateData, implementation: { check: splitLeakage, between: [train, test], mustBe: 0 } }
    properties:`,
  );
  const files = {
    'c.yaml': splits,
    'd/train1.csv': data,
    'd/train2.csv': 'id,amount,note,kind\nT1,1,x,a\nT2,2,"y\nz",b\n',
    'd/test1.csv': `${data.replaceAll(/^R/gm, 'S')}T1,1,x,a\n`,
    'd/test2.csv': 'id,amount,note,kind\nU1,1,x,a\nT2,2,"y\nz",b\n',
  };
  const [one, two] = [1, 2].map((threads) =>
    validateData({ contract: 'c.yaml', threads: String(threads) }, files),
  );
  const report = (await one)?.report;
  const leaks = report?.findings.filter(({ check }) => check === 'splitLeakage');
  expect(leaks?.map(where)).toEqual([
    `splitLeakage amount, id, kind, note d/test1.csv:${breaks(data) + 1}`,
    'splitLeakage amount, id, kind, note d/test2.csv:3',
  ]);
  expect(leaks?.map(({ message }) => message.replace(/^.*\(/, '('))).toEqual([
    '(train has it in line 2 of d/train2.csv)',
    '(train has it in line 3 of d/train2.csv)',
  ]);
  expect((await two)?.report).toEqual(report);
});
