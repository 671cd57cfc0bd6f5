import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ValidationDocument } from '../../actions/lib/documents/validation.ts';
import { main } from '../../actions/validate-data/main.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';
import {
  finished,
  notPassed,
  OUTPUT,
  type Validated,
  validateData,
  where,
} from '../support/validate-data.ts';

const VEGA = join(import.meta.dirname, '../../node_modules/vega-datasets/data');

describe('suggest', () => {
  /** Every second row, so that both halves are of the same months and places. */
  const halves: Readonly<Record<string, (text: string) => readonly [string, string]>> = {
    csv(text) {
      const [header = '', ...rows] = text.trimEnd().split('\n');
      const half = (rest: number) => [header, ...rows.filter((_, row) => row % 2 === rest), ''].join('\n');
      return [half(0), half(1)];
    },
    json(text) {
      const rows: unknown[] = JSON.parse(text);
      const half = (rest: number) => JSON.stringify(rows.filter((_, row) => row % 2 === rest));
      return [half(0), half(1)];
    },
  };

  test.each(['seattle-weather.csv', 'sp500.csv', 'penguins.json', 'flights-5k.json'])(
    'the contract suggested for one half of %s holds that half and the other one',
    async (name) => {
      const format = name.replace(/.*\./, '');
      const [one, other] = halves[format]?.(await readFile(join(VEGA, name), 'utf8')) ?? ['', ''];
      await using suggesting = await memoryRuntime({
        action: 'validate-data',
        inputs: { mode: 'suggest', data: `data.${format}` },
        files: { [`data.${format}`]: one },
      });
      expect(await main(suggesting)).toMatchObject({ verdict: 'pass' });
      const path = suggesting.recorded.outputs.get('contract-path') ?? '';
      expect(path).toBe(`${OUTPUT}/suggested.odcs.yaml`);
      const contract = await suggesting.files.readText(path);
      for (const half of [one, other]) {
        const run = await validateData(
          { data: `data.${format}`, contract: 'c.odcs.yaml' },
          { [`data.${format}`]: half, 'c.odcs.yaml': contract },
        );
        // What never was missing in so few rows, a warning says when it is: never an error, never of the same rows.
        const severe = run.report.checks.filter(({ severity }) => half === one || severity === 'error');
        expect(notPassed({ ...run.report, checks: severe })).toEqual([]);
        expect(run.report.checks.length).toBeGreaterThan(5);
      }
    },
  );

  test('a contract suggested for good data finds what is wrong with other data', async () => {
    const good = await readFile(join(VEGA, 'seattle-weather.csv'), 'utf8');
    await using suggesting = await memoryRuntime({
      action: 'validate-data',
      inputs: { mode: 'suggest', data: 'w.csv' },
      files: { 'w.csv': good },
    });
    await main(suggesting);
    const contract = await suggesting.files.readText(`${OUTPUT}/suggested.odcs.yaml`);
    const bad = good.replace(/^2012-01-02,[^\n]*/m, '2012-01-02,10.9,900,2.8,4.5,hail');
    expect(bad).not.toBe(good);
    const run = await validateData(
      { data: 'w.csv', contract: 'c.yaml' },
      { 'w.csv': bad, 'c.yaml': contract },
    );
    expect(run.report.findings.map(where)).toEqual([
      'invalidValues temp_max w.csv:3',
      'invalidValues weather w.csv:3',
    ]);
  });
});

describe('convert', () => {
  const folder = join(import.meta.dirname, '../fixtures/convert');
  const sources = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());

  test.each(sources.map(({ name }) => name))(
    '%s becomes a contract that the same action reads',
    async (name) => {
      await using runtime = await memoryRuntime({
        action: 'validate-data',
        inputs: { mode: 'convert', contract: name },
        files: { [name]: readFileSync(join(folder, name)) },
      });
      const { verdict } = await main(runtime);
      const losses = Number(runtime.recorded.outputs.get('losses'));
      expect(verdict).toBe(losses === 0 ? 'pass' : 'warn');
      expect(runtime.recorded.log.filter(({ level }) => level === 'warning')).toHaveLength(losses);
      const yaml = await runtime.files.readText(runtime.recorded.outputs.get('contract-path') ?? '');
      expect(yaml).toBe(readFileSync(join(folder, 'expected', `${name}.odcs.yaml`), 'utf8'));

      const table = /^ {2}- name: (.*)$/m.exec(yaml)?.[1]?.replaceAll('"', '') ?? '';
      const run = await validateData(
        { data: 'a.csv', contract: 'converted.odcs.yaml', 'schema-object': table },
        { 'a.csv': 'nothing,of,it\n1,2,3\n', 'converted.odcs.yaml': yaml },
      );
      expect(
        run.report.checks.some(({ check, status }) => check === 'schemaMatch' && status === 'fail'),
      ).toBe(true);
    },
  );
});

const RULES = `apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema:
  - name: orders
    properties:
      - { name: id, logicalType: string, unique: true }
      - { name: amount, logicalType: number, logicalTypeOptions: { minimum: 0 } }
      - name: city
        logicalType: string
        quality:
          - { type: custom, engine: validateData, severity: warning, implementation: { check: stringVariants, mustBe: 0 } }
`;
const inputs = { data: 'data/*', contract: 'orders.odcs.yaml' };
const ORDERS: Readonly<Record<string, string | Uint8Array>> = {
  'orders.odcs.yaml': RULES,
  'data/a.csv': 'id,amount,city\nA1,3,Bonn\n"A\n2",-1,Bonn\nA3,5,Köln\n',
  'data/b.csv.gz': gzipSync('id,amount,city\nB1,3,Bonn\nA1,x,bonn\n'),
  'data/c.jsonl': '{"id":"C1","amount":1,"city":"Köln"}\n\n{"id":"A3","amount":2.5,"city":"KÖLN"}\n',
};

test('profile says what is there and judges nothing', async () => {
  const run = await validateData({ ...inputs, mode: 'profile' }, ORDERS);
  expect(run.outcome).toMatchObject({ verdict: 'pass' });
  expect(
    run.profile.columns.map(({ name, type, rows, missing, invalid }) => [name, type, rows, missing, invalid]),
  ).toEqual([
    ['id', 'string', 7, 0, 0],
    ['amount', 'number', 7, 0, 1],
    ['city', 'string', 7, 0, 0],
  ]);
});

describe('cache', () => {
  /** All that a run found out; not when and by whom. */
  const known = ({ report, profile }: Validated) => {
    const { createdAt: _, source: __, ...rest } = { createdAt: '', ...report };
    return [rest, profile.columns, profile.rows];
  };
  const said = ({ recorded }: Validated): string =>
    recorded.log.map(({ message }) => message).find((message) => /from the cache/.test(message)) ?? '';

  test('a second run reads nothing again and says the same, with the lines of duplicates and of located rows', async () => {
    const cached = new Map();
    const without = await validateData(inputs, ORDERS);
    const first = await validateData({ ...inputs, cache: 'true' }, ORDERS, { cached });
    const second = await validateData({ ...inputs, cache: 'true' }, ORDERS, { cached });
    expect([first, second].map(said)).toEqual([
      '0 of 3 files were known from the cache and not read again.',
      '3 of 3 files were known from the cache and not read again.',
    ]);
    expect(known(first)).toEqual(known(without));
    expect(known(second)).toEqual(known(without));
    expect(second.report.findings.map(where)).toEqual([
      'duplicateValues id data/b.csv.gz:3',
      'duplicateValues id data/c.jsonl:3',
      'dataType amount data/b.csv.gz:3',
      'invalidValues amount data/a.csv:4',
      'stringVariants city data/b.csv.gz:3',
      'stringVariants city data/c.jsonl:3',
    ]);
  });

  test('a changed file is read, and only that one', async () => {
    const cached = new Map();
    await validateData({ ...inputs, cache: 'true' }, ORDERS, { cached });
    const changed = { ...ORDERS, 'data/a.csv': 'id,amount,city\nA1,3,Bonn\nA2,1,Bonn\nA3,-5,Köln\n' };
    const run = await validateData({ ...inputs, cache: 'true' }, changed, { cached });
    expect(said(run)).toBe('2 of 3 files were known from the cache and not read again.');
    expect(known(run)).toEqual(known(await validateData(inputs, changed)));
  });

  test('another file before them does not mix up the files that are known', async () => {
    const cached = new Map();
    await validateData({ ...inputs, cache: 'true' }, ORDERS, { cached });
    const more = { ...ORDERS, 'data/_.csv': 'id,amount,city\nA3,3,Bonn\n' };
    const run = await validateData({ ...inputs, cache: 'true' }, more, { cached });
    expect(said(run)).toBe('3 of 4 files were known from the cache and not read again.');
    expect(known(run)).toEqual(known(await validateData(inputs, more)));
  });

  test('another rule is another question', async () => {
    const cached = new Map();
    await validateData({ ...inputs, cache: 'true' }, ORDERS, { cached });
    const stricter = { ...ORDERS, 'orders.odcs.yaml': RULES.replace('minimum: 0', 'minimum: 3') };
    const run = await validateData({ ...inputs, cache: 'true' }, stricter, { cached });
    expect(said(run)).toMatch(/^0 of 3/);
    expect(known(run)).toEqual(known(await validateData(inputs, stricter)));
  });

  test('files that disagree on a type nobody declared are read alike, as without a cache', async () => {
    const cached = new Map();
    const files = {
      'data/a.csv': 'x,y\n1,1\n2,2\n',
      'data/b.csv': 'x,y\n1.5,1\n',
      'data/c.csv': 'x,y\n7,one\n',
    };
    const without = await validateData({ data: 'data/*' }, files);
    expect(without.profile.columns.map(({ type }) => type)).toEqual(['number', 'string']);
    for (const restored of [0, 3]) {
      const run = await validateData({ data: 'data/*', cache: 'true' }, files, { cached });
      expect(known(run)).toEqual(known(without));
      if (restored > 0) expect(said(run)).toMatch(/^3 of 3/);
    }
  });

  test('nothing of a table with classified columns is kept', async () => {
    const cached = new Map();
    const secret = RULES.replace('{ name: id, ', '{ name: id, classification: pii, ');
    await validateData({ ...inputs, cache: 'true' }, { ...ORDERS, 'orders.odcs.yaml': secret }, { cached });
    expect(cached.size).toBe(0);
  });
});

describe('pull requests', () => {
  const OLD = 'id,amount,city\nA1,3,Bonn\nA2,-1,Bonn\nA3,5,Bonn\n';

  /** A clone whose base commit has some files, and the workspace as the pull request leaves it. */
  async function pull(
    base: Readonly<Record<string, string>>,
    head: Readonly<Record<string, string>>,
    given: Readonly<Record<string, string>>,
  ): Promise<Validated> {
    await using runtime = await memoryRuntime({
      action: 'validate-data',
      inputs: { data: 'data/*.csv', contract: 'orders.odcs.yaml', ...given },
      files: base,
    });
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
        cwd: runtime.context.workspace,
        encoding: 'utf8',
      }).trim();
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-qm', 'Base');
    const baseSha = git('rev-parse', 'HEAD');
    for (const [path, text] of Object.entries(head)) await runtime.files.write(path, text);
    git('add', '.');
    git('commit', '-qm', 'Change');
    const headSha = git('rev-parse', 'HEAD');
    const pullRequest = { number: 7, headSha, baseSha, baseRef: 'main', fromFork: false, labels: [] };
    const onPull: MemoryRuntime = { ...runtime, context: { ...runtime.context, pullRequest } };
    return await finished(onPull, await main(onPull));
  }

  /** The report.json of the base branch. */
  const reportOfBase = async (): Promise<string> => {
    const { report } = await validateData(inputs, { 'orders.odcs.yaml': RULES, 'data/a.csv': OLD });
    return JSON.stringify(report);
  };

  const rows = (report: ValidationDocument): readonly string[] => report.findings.map(where);

  test('what was wrong before does not stop a change that makes nothing worse', async () => {
    const base = { 'orders.odcs.yaml': RULES, 'data/a.csv': OLD, 'base/report.json': await reportOfBase() };
    const change = { 'data/a.csv': `${OLD}A4,6,Bonn\n` };
    const all = await pull(base, change, { baseline: 'base/report.json' });
    expect(all.outcome.verdict).toBe('fail');
    const run = await pull(base, change, { baseline: 'base/report.json', 'only-new': 'true' });
    expect(run.outcome).toMatchObject({
      verdict: 'pass',
      message: expect.stringMatching(/^Data no worse than before: no new findings, 1 known/),
    });
    expect(run.recorded.outputs.get('new-findings')).toBe('0');
    expect(rows(run.report)).toEqual(['invalidValues amount data/a.csv:3']);
    expect(run.recorded.annotations.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('a new finding does, on its line, though known ones moved', async () => {
    const base = { 'orders.odcs.yaml': RULES, 'data/a.csv': OLD, 'base/report.json': await reportOfBase() };
    const moved = OLD.replace('A1,3,Bonn\n', 'A0,8,Bonn\nA1,3,Bonn\n');
    const run = await pull(
      base,
      { 'data/a.csv': `${moved}A5,-9,Bonn\n` },
      { baseline: 'base/report.json', 'only-new': 'true' },
    );
    expect(run.outcome).toMatchObject({
      verdict: 'fail',
      message: expect.stringMatching(
        /^Data worse than before: 1 new finding \(1 error\), 1 known; first new: data\/a\.csv:6:4 /,
      ),
    });
    expect(run.recorded.outputs.get('new-findings')).toBe('1');
    expect(run.recorded.annotations.map(({ level, file, line }) => [level, file, line])).toEqual([
      ['error', 'data/a.csv', 6],
    ]);
  });

  test('a contract that asks for less is said in words', async () => {
    const looser = RULES.replace('minimum: 0', 'minimum: -10').replace(', unique: true', '');
    const run = await pull(
      { 'orders.odcs.yaml': RULES, 'data/a.csv': OLD },
      { 'orders.odcs.yaml': looser },
      {},
    );
    expect(run.outcome.verdict).toBe('pass');
    expect(run.recorded.summary()).toContain(
      [
        '⚠️ 2 changes loosen the contract: data that failed before may pass now.',
        '',
        '- loosened: `orders.amount` invalidValues: minimum was 0, is -10',
        '- loosened: `orders.id` duplicateValues "unique" is no longer demanded',
      ].join('\n'),
    );
  });

  test('a contract in a folder, with a base that does not have it, is no error', async () => {
    const run = await pull(
      { 'data/a.csv': OLD },
      { 'contracts/orders.odcs.yaml': RULES },
      { contract: 'contracts/orders.odcs.yaml' },
    );
    expect(run.outcome.verdict).toBe('fail');
    expect(
      run.recorded.log.filter(({ level }) => level === 'notice').map(({ message }) => message),
    ).toContainEqual(expect.stringMatching(/How the pull request changes the contract is not known/));
  });

  test('only-new without a baseline says that all findings decide', async () => {
    const run = await validateData({ ...inputs, 'only-new': 'true' }, ORDERS);
    expect(run.outcome.verdict).toBe('fail');
    expect(run.recorded.log).toContainEqual({
      level: 'warning',
      message: 'only-new: there is no report.json in the input baseline, so that all findings decide',
    });
  });

  test('a baseline that is not there yet is none, and all findings count', async () => {
    const run = await validateData(
      { ...inputs, data: 'data/a.csv', baseline: 'artifact:validate-data-of-main', 'only-new': 'true' },
      ORDERS,
    );
    expect(run.outcome.verdict).toBe('fail');
    expect(run.recorded.log).toContainEqual({
      level: 'notice',
      message: expect.stringMatching(/no baseline yet/),
    });
  });
});
