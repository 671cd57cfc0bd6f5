import { marked } from 'marked';
import { describe, expect, test } from 'vitest';
import type { DriftResult } from '../../../actions/lib/documents/validation.ts';
import { compareFindings } from '../../../actions/lib/findings/compare-findings.ts';
import { annotations, renderReport, verdictLine } from '../../../actions/validate-data/report.ts';
import { failed, finding, report } from '../lib/findings/sample-report.ts';

const PASSED = failed({ check: 'dataType', title: 'type integer', status: 'pass', measured: 0, findings: 0 });

test('the verdict comes first, with its counts and its first reason', () => {
  expect(verdictLine(report())).toBe(
    'Data not valid: 1 error in 1,000 rows; first: data/train.csv:2 age: expected at least 18, found "-3"',
  );
  expect(renderReport(report()).split('\n')[0]).toMatch(
    /^### ❌ Data not valid: 1 error in 1,000 rows; first: /,
  );
  const valid = report({
    verdict: 'pass',
    checks: [PASSED],
    findings: [],
    counts: { errors: 0, warnings: 0, infos: 0 },
  });
  expect(renderReport(valid)).toMatch(
    /^### ✅ Data valid: 1,000 rows\n\n1 file, 1,000 rows, 2 columns; 1 of 1 check passed\.\n/,
  );
});

test('failed checks stand with what was found, the limit and the first place; passed ones are folded away', () => {
  const text = renderReport(
    report({
      checks: [
        PASSED,
        failed({
          title: 'few missing',
          severity: 'warning',
          unit: 'percent',
          measured: 4.8,
          expected: 'at most 2',
          findings: 48,
        }),
        failed({ check: 'nullValues', title: 'required', status: 'undefined', measured: null, findings: 0 }),
        failed({ check: 'csvStructure', title: 'well formed', measured: 37, findings: 37 }),
      ],
      findings: [finding({ check: 'csvStructure', column: 4 })],
    }),
  );
  const [open = '', folded = ''] = text.split('<details>');
  expect(open).toContain('1 of 4 checks passed (conformity 1 of 4)');
  expect(open).toContain(
    '| ❌ error | `age` | well formed | 37 of 1,000 rows | none | `data/train.csv:2:4` |',
  );
  expect(open).toContain('| ❔ not decided | `age` | required | not measured | none |  |');
  expect(open).toContain('| ⚠️ warning | `age` | few missing | 4.8 % (48 findings) | at most 2 % |');
  expect(open).not.toContain('type integer');
  expect(folded).toContain('data/train.csv:2:4');
});

test('findings are taken from every check in turn, new ones first', () => {
  const findings = [
    ...Array.from({ length: 60 }, (_, i) => finding({ line: i + 2, value: `${i}` })),
    finding({ check: 'dataType', line: 99 }),
  ];
  const head = report({ checks: [failed({ findings: 500 }), failed({ check: 'dataType' })], findings });
  const base = report({ checks: [failed({ findings: 59 })], findings: findings.slice(0, 59) });
  const text = renderReport(head, { comparison: compareFindings(base, head) });
  expect(text).toContain('<summary>Findings: 40 of 501</summary>');
  expect(text).toContain('| ❌ new | `data/train.csv:61` |');
  expect(text).toContain('| ❌ new | `data/train.csv:99` |');
  expect(text).toContain('461 more findings: findings.jsonl holds the first of each check.');
});

describe('against the base branch', () => {
  const head = report({
    findings: [finding(), finding({ line: 9, value: '-4' })],
    checks: [failed({ findings: 2 })],
  });
  const comparison = compareFindings(report(), head);

  test('what is new is a table, and decides when asked', () => {
    const text = renderReport(head, { comparison, onlyNew: true });
    expect(text).toMatch(
      /^### ❌ Data worse than before: 1 new finding \(1 error\), 1 known; first new: data\/train\.csv:9 age: /,
    );
    expect(text).toContain(
      '**Only what is new decides the verdict.** 1 new finding (1 error), 1 known, against the report of `aaaaaaaaaaaa`.',
    );
    expect(text).toContain('| error | `invalidValues` | `age` | 1 | 2 | 1 | more than before |');
  });

  test('known findings alone make it no worse', () => {
    const known = report({ verdict: 'pass' });
    expect(verdictLine(known, { comparison: compareFindings(report(), known), onlyNew: true })).toBe(
      'Data no worse than before: no new findings, 1 known',
    );
  });

  test('cut lists are told', () => {
    const many = report({ checks: [failed({ findings: 500 })] });
    expect(renderReport(many, { comparison: compareFindings(many, many) })).toContain(
      '1 check has as many findings as before; whether they are the same ones is not known',
    );
  });
});

test('loosened demands of the contract are seen at once', () => {
  const text = renderReport(report(), {
    contractChanges: [
      { kind: 'loosened', subject: 'people.age', words: 'maximum raised from 110 to 120' },
      { kind: 'tightened', subject: 'people.id', words: 'required' },
    ],
  });
  expect(text).toContain('⚠️ 1 change loosens the contract: data that failed before may pass now.');
  expect(text).toContain('- loosened: `people.age` maximum raised from 110 to 120');
  expect(text.indexOf('tightened')).toBeGreaterThan(text.indexOf('<summary>1 other change</summary>'));
});

test('columns that drifted or are in doubt are open, the others folded away; the age of the data is told', () => {
  const result = (field: string, status: DriftResult['status']): DriftResult => ({
    ...{ field, test: 'distribution', status, measure: 'psi', effect: 0.2, threshold: 0.1 },
    ...{ referenceCount: 50, currentCount: 60, exact: false },
  });
  const text = renderReport(
    report({
      checks: [
        failed({
          check: 'freshness',
          field: 'month',
          title: 'at most 40 days old',
          status: 'pass',
          unit: 'rows',
          measured: 12,
        }),
      ],
      findings: [],
      drift: {
        ...{ reference: 'main', severity: 'warning', alpha: 0.01, threshold: 0.1, minSample: 30 },
        results: [result('a', 'stable'), result('b', 'inconclusive'), result('c', 'drifted')],
      },
    }),
  );
  const [open = '', folded = ''] = text.split('<summary>1 other test</summary>');
  expect(open).toMatch(/⚠️ drifted \| `c` \| `psi` \| ≈ 0\.2 \|[\s\S]*❔ inconclusive \| `b`/);
  expect(folded).toContain('✅ stable | `a`');
  expect(folded).toContain('<summary>Age of the data: as agreed</summary>');
});

test('what changed most, why, and the data as a whole are told of drift', () => {
  const text = renderReport(
    report({
      drift: {
        ...{ reference: 'main', severity: 'warning', alpha: 0.01, threshold: 0.1, minSample: 30 },
        dataset: { status: 'stable', drifted: 1, inconclusive: 1, compared: 9, share: 1 / 9, limit: 0.3 },
        results: [
          {
            ...{ field: 'age', test: 'distribution', status: 'drifted', severity: 'error', effect: 0.2 },
            ...{
              change: 'median 41 → 47',
              compat: 'evidently',
              referenceCount: 9,
              currentCount: 9,
              exact: true,
            },
          },
        ],
      },
    }),
  );
  expect(text).toContain(
    'The data as a whole did not drift: 1 of 9 columns drifted, 1 in doubt; the limit is 30.0 %.',
  );
  expect(text).toContain('❌ drifted | `age` |');
  expect(text).toContain('| median 41 → 47; by the rule of evidently |');
});

test('of several tables, each check names its own', () => {
  const { field: _, ...count } = failed({ check: 'rowCount', title: 'at least 5', table: 'plans' });
  const text = renderReport(report({ checks: [failed({ table: 'people' }), count] }));
  expect(text).toContain('| ❌ error | `people.age` |');
  expect(text).toContain('| ❌ error | `plans` | at least 5 |');
});

test('a number that would tell a value is not shown', () => {
  const text = renderReport(
    report({ checks: [failed({ unit: 'value', measured: null, expected: '1 to 5' })] }),
  );
  expect(text).toContain('| `age` | at least 18 | not shown | 1 to 5 |');
});

test('names and values of the data are texts and nothing else', () => {
  const hostile = '<img src=x>|[x](http://evil.example)`@octocat #1\n## x\u202e';
  const text = renderReport(
    report({
      checks: [
        failed({ title: hostile, field: hostile, check: hostile, expected: hostile, dimension: hostile }),
      ],
      findings: [
        finding({ check: hostile, field: hostile, file: hostile, value: hostile, message: hostile }),
      ],
      notes: [hostile],
    }),
    { contractChanges: [{ kind: 'loosened', subject: hostile, words: hostile }] },
  );
  const html = marked.parse(text, { async: false, gfm: true });
  expect(html).not.toMatch(/<img|<a |<h2/);
  expect(text).not.toContain('\u202e');
});

test('annotations stand on lines, those of the pull request first', () => {
  const document = report({
    checks: [failed({ findings: 2 })],
    findings: [finding(), finding({ line: 9 })],
  });
  const changed = new Map([['data/train.csv', { path: 'data/train.csv', lines: [{ first: 9, last: 9 }] }]]);
  expect(annotations(document).map(({ line }) => line)).toEqual([2, 9]);
  expect(annotations(document, changed).map(({ line }) => line)).toEqual([9, 2]);
});
