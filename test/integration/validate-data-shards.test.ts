import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import type { ValidationDocument } from '../../actions/lib/documents/validation.ts';
import { main } from '../../actions/validate-data/main.ts';
import { memoryRuntime } from '../support/memory-runtime.ts';
import { finished, OUTPUT, type Validated, validateData, where } from '../support/validate-data.ts';

/** All kinds of work: rows, aggregates, profiles, keys; one classified column, one drift test of the contract. */
const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: events
version: 1.0.0
status: active
schema:
  - name: events
    properties:
      - { name: id, logicalType: string, primaryKey: true, logicalTypeOptions: { pattern: "^E[0-9]{5}$" } }
      - name: amount
        logicalType: number
        logicalTypeOptions: { minimum: 0 }
        quality:
          - { metric: nullValues, mustBeLessOrEqualTo: 10, unit: percent }
          - type: custom
            engine: validateData
            implementation: { check: statistic, statistic: median, mustBeBetween: [40, 60] }
      - name: plan
        logicalType: string
        required: true
        quality:
          - { metric: invalidValues, arguments: { validValues: [free, pro, team] }, mustBe: 0, severity: warning }
      - name: email
        logicalType: string
        classification: pii
        logicalTypeOptions: { format: email }
        quality:
          - { type: custom, engine: validateData, severity: info, implementation: { check: distinctCount, mustBeGreaterThan: 10 } }
          - { type: custom, engine: validateData, severity: info, implementation: { check: constantColumn } }
          - { type: custom, engine: validateData, severity: info, implementation: { check: stringVariants, mustBe: 0 } }
      - { name: day, logicalType: date, logicalTypeOptions: { minimum: "2025-12-01" } }
      - { name: label, logicalType: boolean, customProperties: [ { property: mlRole, value: label } ] }
    quality:
      - { metric: rowCount, mustBeBetween: [900, 1100] }
      - { metric: duplicateValues, arguments: { properties: [amount, day, plan] }, mustBeLessThan: 5, severity: warning }
      - { metric: duplicateValues, arguments: { properties: [email] }, mustBe: 0, severity: warning }
      - { type: custom, engine: validateData, severity: warning, implementation: { check: conflictingLabels, features: [amount, day, plan], mustBe: 0 } }
      - { type: custom, engine: validateData, implementation: { check: classBalance, mustBeGreaterOrEqualTo: 0.1 } }
      - { type: custom, engine: validateData, severity: warning, implementation: { check: targetLeakage, mustBeLessThan: 0.8 } }
`;
const PLANS = ['free', 'pro', 'team'] as const;

interface Event {
  readonly id: string;
  readonly amount: number | null;
  readonly plan: string;
  readonly email: string;
  readonly day: string;
  readonly label: boolean;
}

/** Event number n; fixtures/validate-data/make-events.py has the same rule. */
const event = (n: number): Event => ({
  id: `E${String(n).padStart(5, '0')}`,
  amount: n % 17 ? ((n * 7919) % 1000) / 10 : null,
  plan: PLANS[(n * 31) % 3] ?? '',
  email: `user${n}@corp.example`,
  day: `2025-12-${String(1 + (n % 28)).padStart(2, '0')}`,
  label: (n * 13) % 5 === 0,
});
const events = (from: number, to: number, change: (event: Event) => Event = (one) => one): readonly Event[] =>
  Array.from({ length: to - from }, (_, at) => change(event(from + at)));
const csv = (rows: readonly Event[]): string =>
  `id,amount,plan,email,day,label\n${rows
    .map((row) =>
      Object.values(row)
        .map((value) => value ?? '')
        .join(','),
    )
    .join('\n')}\n`;
const jsonl = (rows: readonly Event[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

const swap =
  (id: string, other: Partial<Event>) =>
  (row: Event): Event =>
    row.id === id ? { ...row, ...other } : row;

/** Five files in three shards, so that one of them has one file; duplicates within a shard and across. */
async function data(): Promise<Readonly<Record<string, string | Uint8Array>>> {
  const parquet = await readFile(join(import.meta.dirname, '../fixtures/validate-data/events.parquet'));
  return {
    'events.odcs.yaml': CONTRACT,
    'data/p0.csv': csv(events(0, 200)),
    'data/p1.csv.gz': gzipSync(csv(events(200, 400, swap('E00210', { id: 'E00007', plan: 'gold' })))),
    'data/p2.jsonl': jsonl(events(400, 600, swap('E00444', { email: 'user1@corp.example', amount: -1 }))),
    'data/p3.parquet': parquet,
    'data/p4.csv': csv([
      ...events(800, 999, swap('E00850', { id: 'x', day: '2024-01-01' })),
      { ...event(3), label: !event(3).label },
    ]),
    'old/events.csv': csv(
      events(2_000, 3_000, (row) => ({
        ...row,
        amount: (row.amount ?? 0) + 20,
        plan: row.plan === 'team' ? 'pro' : row.plan,
      })),
    ),
  };
}

const INPUTS = { contract: 'events.odcs.yaml', reference: 'old/events.csv', 'drift-severity': 'error' };
const ALL = { ...INPUTS, data: 'data/*' };

/** `part.json` and `keys.bin` of one shard. */
async function shard(index: number, of: number, changed: Readonly<Record<string, string>> = {}) {
  await using runtime = await memoryRuntime({
    action: 'validate-data',
    inputs: { ...ALL, shard: `${index}/${of}`, ...changed },
    files: await data(),
  });
  expect(await main(runtime)).toMatchObject({ verdict: 'pass' });
  return {
    part: await runtime.files.readText(`${OUTPUT}/part.json`),
    keys: await runtime.files.read(`${OUTPUT}/keys.bin`),
    said: JSON.stringify([runtime.recorded.log, runtime.recorded.summary(), [...runtime.recorded.outputs]]),
  };
}
type Part = Awaited<ReturnType<typeof shard>>;

async function merge(
  parts: Readonly<Record<string, Pick<Part, 'part'> & { readonly keys?: Uint8Array }>>,
  changed: Readonly<Record<string, string>> = {},
): Promise<Validated> {
  const files = await data();
  const saved = Object.entries(parts).flatMap(([name, { part, keys }]) => [
    [`shards/${name}/part.json`, part] as const,
    ...(keys ? [[`shards/${name}/keys.bin`, keys] as const] : []),
  ]);
  await using runtime = await memoryRuntime({
    action: 'validate-data',
    inputs: { ...INPUTS, mode: 'merge', parts: 'shards/**', ...changed },
    files: {
      'events.odcs.yaml': CONTRACT,
      'old/events.csv': files['old/events.csv'] ?? '',
      ...Object.fromEntries(saved),
    },
  });
  return await finished(runtime, await main(runtime));
}

/** Checks of values that shards keep to themselves, since they are classified. */
const KEPT_BACK = ['distinctCount', 'constantColumn', 'stringVariants'];

/** What must not depend on how many jobs read the data: all but the notes on how sure the numbers are. */
const decisions = ({ checks }: ValidationDocument) =>
  checks.filter(({ check }) => !KEPT_BACK.includes(check)).map(({ note: _, ...check }) => check);

let whole: Validated;
let parts: readonly Part[];
let merged: Validated;

beforeAll(async () => {
  whole = await validateData(ALL, await data());
  parts = [await shard(1, 3), await shard(2, 3), await shard(3, 3)];
  merged = await merge(Object.fromEntries(parts.map((part, at) => [`s${at}`, part])));
}, 240_000);

test('one job finds what was put in', () => {
  expect(whole.outcome.verdict).toBe('fail');
  expect(whole.report.findings.map(where)).toMatchInlineSnapshot(`
    [
      "duplicateValues id data/p1.csv.gz:12",
      "duplicateValues id data/p3.parquet#21",
      "duplicateValues id data/p4.csv:201",
      "invalidValues id data/p4.csv:52",
      "invalidValues amount data/p2.jsonl:45",
      "invalidValues amount data/p3.parquet#51",
      "invalidValues day data/p4.csv:52",
      "invalidValues plan data/p1.csv.gz:12",
      "duplicateValues email data/p2.jsonl:45",
      "duplicateValues email data/p4.csv:201",
      "conflictingLabels label data/p0.csv:5",
      "conflictingLabels label data/p4.csv:201",
    ]
  `);
});

test('shards decide as one job: every check with its number, the drift, the verdict', () => {
  expect(merged.outcome.verdict).toBe(whole.outcome.verdict);
  expect(decisions(merged.report)).toEqual(decisions(whole.report));
  expect(merged.report.drift).toEqual(whole.report.drift);
  expect(merged.report.counts).toEqual(whole.report.counts);
  expect(merged.report.dataset).toEqual(whole.report.dataset);
  expect(merged.report.notes).toEqual(whole.report.notes);
});

test('the digest of the data is the same, so that evidence from shards names the same data', () => {
  const digest = ({ recorded }: Validated) => recorded.outputs.get('data-digest');
  expect(digest(merged)).toBe(digest(whole));
});

test('profiles are the same but for the different values of classified columns', () => {
  expect(merged.profile.rows).toBe(whole.profile.rows);
  const open = ({ profile }: Validated) => profile.columns.filter(({ redacted }) => redacted !== true);
  expect(open(merged)).toEqual(open(whole));
  expect(merged.profile.columns.filter(({ redacted }) => redacted)).toMatchObject([
    { name: 'email', rows: 1_000, missing: 0, invalid: 0, distinct: { exact: false } },
  ]);
});

test('checks of classified values say that they have no answer, instead of a wrong one', () => {
  const kept = ({ report }: Validated) => report.checks.filter(({ check }) => KEPT_BACK.includes(check));
  expect(kept(whole).map(({ status }) => status)).toEqual(['pass', 'pass', 'pass']);
  expect(kept(merged).map(({ status, measured }) => [status, measured])).toEqual([
    ['undefined', null],
    ['undefined', null],
    ['undefined', null],
  ]);
  expect(kept(merged)[0]?.note).toMatch(/classified columns are not handed over/);
});

test('findings lie on the same lines; of rows that had to be compared across files only the file is known', () => {
  const keyed = new Set(['duplicateValues', 'conflictingLabels']);
  const placed = ({ report }: Validated) => report.findings.filter(({ check }) => !keyed.has(check));
  expect(placed(merged)).toEqual(placed(whole));
  const compared = ({ report }: Validated) =>
    report.findings
      .filter(({ check }) => keyed.has(check))
      .map(({ check, field, file }) => [check, field, file]);
  expect(compared(merged)).toEqual(compared(whole));
});

test('a duplicate across shards names both files, and no line or value that is not known', () => {
  const found = merged.report.findings.filter(
    ({ check, field }) => check === 'duplicateValues' && field === 'id',
  );
  expect(found.map(({ message }) => message)).toMatchInlineSnapshot(`
    [
      "id: expected unique id (first in data/p0.csv)",
      "id: expected unique id (first in data/p0.csv)",
      "id: expected unique id (first in data/p0.csv)",
    ]
  `);
  expect(JSON.stringify(merged.report)).not.toMatch(/row \?|found none/);
});

test('values of classified columns are in no file of a shard', () => {
  for (const { part, said } of parts) expect(part + said).not.toMatch(/user\d+@corp/);
});

const three = (): Readonly<Record<string, Part>> =>
  Object.fromEntries(parts.map((part, at) => [`s${at}`, part]));

test.each<
  [string, () => Readonly<Record<string, Pick<Part, 'part'> & { readonly keys?: Uint8Array }>>, RegExp]
>([
  ['nothing', () => ({}), /^parts|shards\/\*\*/],
  [
    'a missing shard',
    () => ({ s0: parts[0] as Part, s2: parts[2] as Part }),
    /shard 2 of 3 was found 0 times, expected once/,
  ],
  [
    'a shard that is there twice',
    () => ({ ...three(), again: parts[1] as Part }),
    /shard 2 of 3 was found 2 times, expected once/,
  ],
  [
    'keys that are not there',
    () => ({ ...three(), s1: { part: (parts[1] as Part).part } }),
    /s1\/part\.json: keys\.bin is not beside it; upload the whole folder/,
  ],
  [
    'keys that are cut off',
    () => ({ ...three(), s1: { ...(parts[1] as Part), keys: (parts[1] as Part).keys.subarray(0, -8) } }),
    /s1\/part\.json: the keys\.bin beside it is not the one it was saved with: expected sha256:\w+, found sha256:\w+ \(\d+ bytes\)/,
  ],
  [
    'keys of another shard',
    () => ({ ...three(), s1: { ...(parts[1] as Part), keys: (parts[2] as Part).keys } }),
    /s1\/part\.json: the keys\.bin beside it is not the one it was saved with/,
  ],
  [
    'more keys than there are',
    () => ({
      ...three(),
      s1: {
        ...(parts[1] as Part),
        part: (parts[1] as Part).part.replaceAll(/"entries":\s*\d+/g, '"entries":100000'),
      },
    }),
    /s1\/part\.json: its keys are cut off: \d+ bytes, expected at least \d+/,
  ],
  [
    'a part that is cut off',
    () => ({ ...three(), s1: { ...(parts[1] as Part), part: (parts[1] as Part).part.slice(0, 900) } }),
    /s1\/part\.json/,
  ],
  [
    'another document',
    () => ({ ...three(), s1: { ...(parts[1] as Part), part: '{"schema": "mlops-actions/validation/v1"}' } }),
    /s1\/part\.json/,
  ],
])('%s is an error that says so', async (_name, given, message) => {
  await expect(merge(given())).rejects.toMatchObject({
    name: 'ActionError',
    message: expect.stringMatching(message),
  });
});

test('a shard that was read for other rules is refused', async () => {
  const other = await shard(2, 3, { 'null-values': 'NA' });
  await expect(merge({ ...three(), s1: other })).rejects.toMatchObject({
    name: 'ActionError',
    message: expect.stringMatching(/s1\/part\.json: was read for other rules than this job has/),
  });
});

test('shards of another count are refused', async () => {
  const other = await shard(2, 2);
  await expect(merge({ ...three(), s1: other })).rejects.toMatchObject({
    message: expect.stringMatching(/shard of 2, others are of 3/),
  });
});

test('more shards than files are no fault: some have nothing to tell', async () => {
  const changed = { data: 'data/p0.csv' };
  const own = [await shard(1, 2, changed), await shard(2, 2, changed)];
  const run = await merge(Object.fromEntries(own.map((part, at) => [`s${at}`, part])));
  const alone = await validateData({ ...ALL, ...changed }, await data());
  expect(decisions(run.report)).toEqual(decisions(alone.report));
  expect(run.report.dataset).toEqual(alone.report.dataset);
});

test('a check that would look for its rows a second time says why it names none', async () => {
  const files = {
    'c.yaml': `apiVersion: v3.1.0
kind: DataContract
id: t
version: 1.0.0
status: active
schema:
  - name: t
    properties:
      - name: x
        logicalType: integer
        quality:
          - { type: custom, engine: validateData, unit: rows, implementation: { check: outliers, method: zScore, factor: 3, mustBe: 0 } }
`,
    'd/a.csv': `x\n${'1\n2\n'.repeat(30)}`,
    'd/b.csv': `x\n${'2\n3\n'.repeat(30)}900\n`,
  };
  const asked = { data: 'd/*', contract: 'c.yaml' };
  const alone = await validateData(asked, files);
  expect(alone.report.findings.map(where)).toEqual(['outliers x d/b.csv:62']);
  const run = await validateData(
    { mode: 'merge', parts: 's/*/*', contract: 'c.yaml' },
    { 'c.yaml': files['c.yaml'], ...(await saved(asked, files)) },
  );
  const outliers = run.report.checks.find(({ check }) => check === 'outliers');
  expect(outliers).toMatchObject({ status: 'fail', measured: 1, findings: 1 });
  expect(outliers?.note).toMatch(/other jobs read the data, so the rows cannot be named here$/);
});

/** What two shards save, by path. */
async function saved(
  inputs: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, Uint8Array>>> {
  const found: Record<string, Uint8Array> = {};
  for (const index of [1, 2]) {
    await using runtime = await memoryRuntime({
      action: 'validate-data',
      inputs: { ...inputs, shard: `${index}/2` },
      files,
    });
    await main(runtime);
    for (const file of ['part.json', 'keys.bin'])
      found[`s/${index}/${file}`] = await runtime.files.read(`${OUTPUT}/${file}`);
  }
  return found;
}

test('shards that disagree on a type nobody declared say which column to declare', async () => {
  const files = { 'd/a.csv': 'x,y\n1,2\n', 'd/b.csv': 'x,y\none,2\n' };
  const shards = await saved({ data: 'd/*' }, files);
  await expect(validateData({ mode: 'merge', parts: 's/*/*' }, shards)).rejects.toMatchObject({
    name: 'ActionError',
    message: expect.stringMatching(
      /^column "x": .* says integer, .* says string.* Declare the type of the column/,
    ),
  });
});
