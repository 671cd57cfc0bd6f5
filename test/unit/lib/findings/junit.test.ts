import { expect, test } from 'vitest';
import { junitXml } from '../../../../actions/lib/findings/junit.ts';
import { failed, finding, report } from './sample-report.ts';

// junit2json 4.0.0 (npm) and Python's xml.etree read the same counts, messages and places from such a file.
test('each check is a test case: failed, passed, a warning, not measured', () => {
  const document = report({
    checks: [
      failed({ findings: 21, measured: 21 }),
      failed({ check: 'rowCount', title: 'rows', status: 'pass', measured: 9, expected: 'at least 5' }),
      failed({ check: 'encoding', title: 'readable', severity: 'warning', findings: 1 }),
      failed({ check: 'nullValues', title: 'required', status: 'undefined', measured: null, findings: 0 }),
    ],
    findings: [
      ...Array.from({ length: 20 }, (_, i) => finding({ line: i + 2 })),
      finding({
        check: 'encoding',
        severity: 'warning',
        line: 9,
        expected: 'UTF-8',
        message: 'age: odd & <strange>',
      }),
    ],
    drift: {
      ...{ reference: 'r', severity: 'error', alpha: 0.01, threshold: 0.1, minSample: 30 },
      results: [
        {
          ...{ field: 'age', test: 'distribution', status: 'drifted', measure: 'wasserstein_normed' },
          ...{ effect: 0.31234, threshold: 0.1, referenceCount: 9, currentCount: 9, exact: true },
        },
        {
          ...{ field: 'plan', test: 'completeness', status: 'inconclusive', reason: 'fewer than 30 values' },
          ...{ referenceCount: 9, currentCount: 9, exact: true },
        },
      ],
    },
  });
  const listed = Array.from(
    { length: 20 },
    (_, i) => `data/train.csv:${i + 2} age: expected at least 18, found &quot;-3&quot;`,
  ).join('\n');
  expect(junitXml(document)).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="validate-data" tests="6" failures="2" errors="1" skipped="2" time="0">
<testsuite name="checks" tests="4" failures="1" errors="1" skipped="1" time="0" timestamp="2026-01-15T12:00:00">
<testcase classname="checks.invalidValues" name="age: at least 18" time="0" file="data/train.csv" line="2"><failure message="21 findings of 21 rows, expected 0" type="constraint-error">${listed}
… and 1 more finding</failure></testcase>
<testcase classname="checks.rowCount" name="age: rows" time="0"/>
<testcase classname="checks.encoding" name="age: readable" time="0" file="data/train.csv" line="9"><skipped message="warning: 1 finding of 1 rows, expected 0">data/train.csv:9 age: odd &amp; &lt;strange&gt;</skipped></testcase>
<testcase classname="checks.nullValues" name="age: required" time="0"><error message="could not be measured: there were no rows, or no such column" type="not-measured"/></testcase>
</testsuite>
<testsuite name="drift" tests="2" failures="1" errors="0" skipped="1" time="0">
<testcase classname="drift.distribution" name="age: wasserstein_normed" time="0"><failure message="age drifted: effect 0.312, expected below 0.1" type="drift"/></testcase>
<testcase classname="drift.completeness" name="plan: completeness" time="0"><skipped message="fewer than 30 values"/></testcase>
</testsuite>
</testsuites>
`.replace(
      '<testsuite name="drift" tests="2" failures="1" errors="0" skipped="1" time="0">',
      '<testsuite name="drift" tests="2" failures="1" errors="0" skipped="1" time="0" timestamp="2026-01-15T12:00:00">',
    ),
  );
});

test('an answer that is open says why; a drift has its own severity', () => {
  const xml = junitXml(
    report({
      checks: [
        failed({ status: 'inconclusive', note: 'too few rows', findings: 0 }),
        failed({ status: 'undefined', severity: 'warning', measured: null, findings: 0 }),
      ],
      findings: [],
      drift: {
        ...{ reference: 'r', severity: 'warning', alpha: 0.01, threshold: 0.1, minSample: 30 },
        results: [
          {
            ...{ field: 'age', test: 'distribution', status: 'drifted', severity: 'error' },
            ...{ referenceCount: 9, currentCount: 9, exact: true },
          },
        ],
      },
    }),
  );
  expect(xml).toContain('<error message="could not be decided: too few rows" type="inconclusive"/>');
  expect(xml).toContain('<skipped message="could not be measured: there were no rows, or no such column"/>');
  expect(xml).toContain(
    '<testsuites name="validate-data" tests="3" failures="1" errors="1" skipped="1" time="0">',
  );
});

test('nothing of the data can end the text it is in', () => {
  const hostile = `"'>]]></failure>&amp;<!-- \u0000\u001b\ufffe\ud800\u202e`;
  const xml = junitXml(
    report({
      checks: [failed({ title: hostile, field: hostile })],
      findings: [finding({ field: hostile, message: hostile, file: hostile })],
    }),
  );
  expect(xml).toContain(
    '&quot;&apos;&gt;]]&gt;&lt;/failure&gt;&amp;amp;&lt;!-- \\u{0}\\u{1B}\\u{D800}\\u{202E}',
  );
  expect(xml.match(/<\/failure>/g)).toHaveLength(1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff\u202e]/);
});
