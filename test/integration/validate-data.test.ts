import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { ProfileDocument } from '../../actions/lib/documents/profile.ts';
import type { ValidationDocument } from '../../actions/lib/documents/validation.ts';
import { readDocument } from '../../actions/lib/schema/documents.ts';
import { seededRandom } from '../../actions/lib/stats/random.ts';
import { main } from '../../actions/validate-data/main.ts';
import { type MemoryRuntime, type MemoryRuntimeOptions, memoryRuntime } from '../support/memory-runtime.ts';
import { validateData } from '../support/validate-data.ts';

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: people
version: 1.0.0
status: active
schema:
  - name: people
    properties:
      - { name: id, logicalType: string, primaryKey: true, logicalTypeOptions: { pattern: "^P[0-9]+$" } }
      - { name: age, logicalType: integer, required: true, logicalTypeOptions: { minimum: 18 } }
      - { name: email, logicalType: string, classification: pii, logicalTypeOptions: { format: email } }
      - name: plan
        logicalType: string
        quality:
          - { metric: invalidValues, arguments: { validValues: [free, pro] }, mustBe: 0, severity: warning }
    quality:
      - { metric: rowCount, mustBeGreaterOrEqualTo: 2 }
`;
const GOOD = 'id,age,email,plan\nP1,30,ann@corp.example,free\nP2,40,bob@corp.example,pro\n';
const BAD = 'id,age,email,plan\nP1,17,not-an-address,free\nP1,"4\n0",bob@corp.example,gold\n1,2\n';

const start = (options: MemoryRuntimeOptions): Promise<MemoryRuntime> =>
  memoryRuntime({ action: 'validate-data', ...options });
const INPUTS = { data: 'data/people.csv', contract: 'people.odcs.yaml' };

const reportOf = async (runtime: MemoryRuntime): Promise<ValidationDocument> =>
  readDocument<ValidationDocument>(
    'validation',
    await runtime.files.readText('mlops/validate-data/report.json'),
    'report.json',
  );
const profileOf = async (runtime: MemoryRuntime): Promise<ProfileDocument> =>
  readDocument<ProfileDocument>(
    'profile',
    await runtime.files.readText('mlops/validate-data/profile.json'),
    'profile.json',
  );

test('good data passes: documents, outputs, digests and artifact', async () => {
  await using runtime = await start({
    inputs: INPUTS,
    files: { 'data/people.csv': GOOD, 'people.odcs.yaml': CONTRACT },
  });
  expect(await main(runtime)).toMatchObject({
    verdict: 'pass',
    failOn: 'fail',
    message: 'Data valid: 2 rows',
  });
  const report = await reportOf(runtime);
  expect(report).toMatchObject({
    verdict: 'pass',
    counts: { errors: 0, warnings: 0 },
    dataset: { rows: 2 },
    findings: [],
  });
  expect(report.subjects.map(({ role, name }) => [role, name])).toEqual([
    ['data', 'data/people.csv'],
    ['contract', 'people.odcs.yaml'],
  ]);
  expect(Object.fromEntries(runtime.recorded.outputs)).toMatchObject({
    rows: '2',
    errors: '0',
    warnings: '0',
    'drifted-columns': '[]',
    'report-path': 'mlops/validate-data/report.json',
    'profile-path': 'mlops/validate-data/profile.json',
    'data-digest': report.subjects[0]?.digest,
  });
  expect(runtime.recorded.uploads).toMatchObject([
    {
      name: 'validate-data',
      files: [
        'report.json',
        'profile.json',
        'report.md',
        'report.html',
        'findings.jsonl',
        'findings.sarif',
        'junit.xml',
      ],
    },
  ]);
});

test('bad data fails with every finding on its line, as report, annotation and summary', async () => {
  await using runtime = await start({
    inputs: INPUTS,
    files: { 'data/people.csv': BAD, 'people.odcs.yaml': CONTRACT },
  });
  const { verdict, message } = await main(runtime);
  expect(verdict).toBe('fail');
  expect(message).toMatch(/^Data not valid: 5 errors, 1 warning in 2 rows; first: /);
  const found = (await reportOf(runtime)).findings.map(({ check, severity, line, column, field, value }) => [
    check,
    severity,
    line,
    column,
    field,
    value,
  ]);
  expect(found).toEqual([
    ['csvStructure', 'error', 5, undefined, undefined, undefined],
    ['duplicateValues', 'error', 3, undefined, 'id', 'P1'],
    ['dataType', 'error', 3, 4, 'age', '4\n0'],
    ['invalidValues', 'error', 2, 4, 'age', '17'],
    ['invalidValues', 'error', 2, 7, 'email', '[redacted]'],
    ['invalidValues', 'warning', 4, 21, 'plan', 'gold'],
  ]);
  expect(runtime.recorded.annotations.map(({ level, line, file }) => [level, file, line])).toContainEqual([
    'error',
    'data/people.csv',
    5,
  ]);
  expect(runtime.recorded.summary()).toContain('Data not valid: 5 errors');
});

test('values of classified columns leave the step nowhere', async () => {
  await using runtime = await start({
    inputs: INPUTS,
    files: { 'data/people.csv': BAD, 'people.odcs.yaml': CONTRACT },
  });
  await main(runtime);
  const everything = [
    ...(await Promise.all(
      [
        'report.json',
        'profile.json',
        'report.md',
        'report.html',
        'findings.jsonl',
        'findings.sarif',
        'junit.xml',
      ].map((file) => runtime.files.readText(`mlops/validate-data/${file}`)),
    )),
    runtime.recorded.summary(),
    JSON.stringify([runtime.recorded.annotations, runtime.recorded.log]),
  ].join('\n');
  expect(everything).not.toMatch(/corp\.example|not-an-address/);
  const email = (await profileOf(runtime)).columns.find(({ name }) => name === 'email');
  expect(email).toEqual({
    name: 'email',
    type: 'string',
    declared: true,
    rows: 2,
    missing: 0,
    invalid: 0,
    distinct: { count: 2, exact: true },
    top: [],
    redacted: true,
  });
});

test('the digest of the data depends on names and bytes, and on nothing else', async () => {
  const digest = async (
    files: Readonly<Record<string, string | Uint8Array>>,
  ): Promise<string | undefined> => {
    await using runtime = await start({ inputs: { data: 'data' }, files });
    await main(runtime);
    return runtime.recorded.outputs.get('data-digest');
  };
  const one = await digest({ 'data/a.csv': GOOD, 'data/b.csv': GOOD });
  expect(await digest({ 'data/b.csv': GOOD, 'data/a.csv': GOOD })).toBe(one);
  expect(await digest({ 'data/a.csv': GOOD, 'data/b.csv': `${GOOD}P3,1,,\n` })).not.toBe(one);
  expect(await digest({ 'data/a.csv': GOOD, 'data/c.csv': GOOD })).not.toBe(one);
});

test('files of several formats are one data set', async () => {
  const rows = [
    { id: 'P3', age: 50, email: null, plan: 'pro' },
    { id: 'P4', age: 17, email: null, plan: 'pro' },
  ];
  await using runtime = await start({
    inputs: { ...INPUTS, data: 'data/*' },
    files: {
      'people.odcs.yaml': CONTRACT,
      'data/a.csv': GOOD,
      'data/b.csv.gz': gzipSync(GOOD.replaceAll('P', 'P1')),
      'data/c.json': JSON.stringify(rows, undefined, 1),
      'data/d.jsonl': rows.map((row) => JSON.stringify({ ...row, id: `${row.id}0` })).join('\n'),
    },
  });
  await main(runtime);
  const { dataset, findings } = await reportOf(runtime);
  expect(dataset.files.map(({ format, rows: count }) => [format, count])).toEqual([
    ['csv', 2],
    ['csv', 2],
    ['json', 2],
    ['jsonl', 2],
  ]);
  expect(findings.map(({ file, line, field }) => [file, line, field])).toEqual([
    ['data/c.json', 10, 'age'],
    ['data/d.jsonl', 2, 'age'],
  ]);
});

test('a row schema is enough', async () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    required: ['id', 'age'],
    properties: { age: { type: 'integer', minimum: 18 } },
  };
  await using runtime = await start({
    inputs: { data: 'a.csv', 'row-schema': 's.json' },
    files: { 'a.csv': BAD.replace('"4\n0"', '40'), 's.json': JSON.stringify(schema) },
  });
  expect((await main(runtime)).verdict).toBe('fail');
  expect((await reportOf(runtime)).findings).toContainEqual(
    expect.objectContaining({ check: 'rowSchema', line: 2, column: 4, value: '17' }),
  );
});

const random = seededRandom(3);
const numbers = (count: number, mean: number): string =>
  `x,kind\n${Array.from({ length: count }, (_, row) => `${mean + random.normal()},${row % 3 ? 'a' : 'b'}`).join('\n')}\n`;

test.each([
  ['warning', 'warn'],
  ['error', 'fail'],
  ['info', 'pass'],
] as const)('drift of severity %s gives the verdict %s', async (severity, verdict) => {
  await using runtime = await start({
    inputs: { data: 'now.csv', reference: 'then.csv', 'drift-severity': severity },
    files: { 'now.csv': numbers(300, 2), 'then.csv': numbers(500, 0) },
  });
  expect((await main(runtime)).verdict).toBe(verdict);
  expect(runtime.recorded.outputs.get('drifted-columns')).toBe('["x"]');
  expect((await reportOf(runtime)).subjects.map(({ role }) => role)).toEqual(['data', 'reference']);
});

test('data compared with its own profile.json is stable, and as stable as compared with the file', async () => {
  const files = { 'then.csv': numbers(400, 0), 'now.csv': numbers(300, 0.1) };
  await using before = await start({ inputs: { data: 'then.csv' }, files });
  await main(before);
  const profile = await before.files.readText('mlops/validate-data/profile.json');
  const results = async (reference: string) => {
    await using runtime = await start({
      inputs: { data: 'now.csv', reference },
      files: { ...files, 'old/profile.json': profile },
    });
    await main(runtime);
    return (await reportOf(runtime)).drift?.results;
  };
  expect(await results('old')).toEqual(await results('then.csv'));
});

test('too few rows for drift with severity error are inconclusive, not passed', async () => {
  await using runtime = await start({
    inputs: { data: 'now.csv', reference: 'then.csv', 'drift-severity': 'error' },
    files: { 'now.csv': numbers(10, 2), 'then.csv': numbers(500, 0) },
  });
  expect((await main(runtime)).verdict).toBe('inconclusive');
});

test('a header without rows is a warning', async () => {
  await using runtime = await start({ inputs: { data: 'a.csv' }, files: { 'a.csv': 'a,b\n' } });
  expect(await main(runtime)).toMatchObject({
    verdict: 'warn',
    message: expect.stringContaining('rowCount: expected more than 0, found 0'),
  });
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['no data', {}, 'data: required'],
  [
    'several wrong inputs at once',
    { data: 'a.csv', format: 'xls', 'max-findings': '0', delimiter: '::' },
    'max-findings',
  ],
  ['a file that is not there', { data: 'nowhere.csv' }, 'nowhere.csv: no such file'],
  ['a file outside', { data: '../../etc/passwd' }, 'outside'],
  ['a contract that is none', { data: 'a.csv', contract: 'a.csv' }, 'a.csv:1'],
  [
    'a reference that is another document',
    { data: 'a.csv', reference: 'other.json' },
    'other.json: expected data or a profile',
  ],
])('%s is an error that says so', async (_name, inputs, message) => {
  await using runtime = await start({
    inputs,
    files: { 'a.csv': 'a,b\n1,2\n', 'other.json': '{"schema": "mlops-actions/gate/v1"}' },
  });
  await expect(main(runtime)).rejects.toMatchObject({
    name: 'ActionError',
    message: expect.stringContaining(message),
  });
});

test('texts of the data do nothing in reports', async () => {
  const evil = '<img src=x onerror=1> @team #1 | ![x](http://x.example)';
  await using runtime = await start({
    inputs: INPUTS,
    files: {
      'data/people.csv': `id,age,email,plan\nP1,30,,${evil}\nP2,40,,free\n`,
      'people.odcs.yaml': CONTRACT,
    },
  });
  await main(runtime);
  const summary = runtime.recorded.summary();
  expect(summary).not.toMatch(/^[^`]*<img/m);
  expect(summary).toContain('plan');
});

test.each([
  ['plain', 'old.csv', (text: string) => text],
  ['packed', 'old.csv.gz', (text: string) => gzipSync(text)],
])(
  'a file of an old Mac, its last row ended as the others, has one kind of line end: %s',
  async (_, name, pack) => {
    const text = `id,note\r${Array.from({ length: 1_000 }, (__, at) => `${at},"n${at}"\r`).join('')}`;
    const { report } = await validateData({ data: name }, { [name]: pack(text) });
    expect(report.dataset.rows).toBe(1_000);
    expect(report.checks.filter(({ check, status }) => check === 'encoding' && status !== 'pass')).toEqual(
      [],
    );
  },
);
