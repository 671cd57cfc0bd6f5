import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import type { ValidationDocument } from '../../../../actions/lib/documents/validation.ts';
import { sarifLog } from '../../../../actions/lib/findings/sarif.ts';
import { failed, finding, report } from './sample-report.ts';

const { $schema: _, ...schema } = JSON.parse(
  readFileSync(new URL('./sarif-2.1.0.schema.json', import.meta.url), 'utf8'),
);
const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
const isSarif = ajv.compile(schema);

const WORDS = [
  {
    name: 'invalidValues',
    about: 'Values that are not allowed',
    dimension: 'conformity',
    example: '- { metric: invalidValues, mustBe: 0 }',
    aliases: [['dbt', 'accepted_values']] as const,
  },
];

// GitHub's own rules hold too: `Sarif.Multitool validate --rule-kind "Sarif;Ghas"` of @microsoft/sarif-multitool 5.7.0
// finds no error in a log like these, and misses only an address of the tool.

/** The only run of the log, valid by the standard's own schema. */
function runOf(document: ValidationDocument, options: Partial<Parameters<typeof sarifLog>[1]> = {}) {
  const log = JSON.parse(sarifLog(document, { checks: WORDS, ...options }));
  expect(isSarif(log), JSON.stringify(isSarif.errors)).toBe(true);
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
}

test('a finding is a result with its rule, place and level', () => {
  const run = runOf(report({ findings: [finding({ column: 7, file: 'data/a b#1.csv' })] }));
  expect(run.results).toEqual([
    {
      ruleId: 'invalidValues',
      ruleIndex: 0,
      level: 'error',
      message: { text: 'age: expected at least 18, found "-3"' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'data/a%20b%231.csv', uriBaseId: 'SRCROOT' },
            region: { startLine: 2, startColumn: 7, endColumn: 8 },
          },
          logicalLocations: [{ name: 'age', kind: 'member', fullyQualifiedName: 'age' }],
          message: { text: 'data/a b#1.csv:2:7' },
        },
      ],
      partialFingerprints: {
        primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]{16}:1$/),
        'mlopsFinding/v1': expect.stringMatching(/^[0-9a-f]{16}:1$/),
      },
      properties: { type: 'constraint-error', expected: 'at least 18', field: 'age', value: '-3' },
    },
  ]);
  expect(run.tool.driver).toMatchObject({
    name: 'validate-data',
    semanticVersion: '1.0.0',
    rules: [
      {
        id: 'invalidValues',
        fullDescription: { text: 'Values that are not allowed.' },
        defaultConfiguration: { level: 'error' },
        help: { text: expect.stringContaining('dbt: accepted_values') },
        properties: { tags: ['data', 'conformity'], 'problem.severity': 'error' },
      },
    ],
  });
});

test('fingerprints stay when lines shift, and tell equal findings apart', () => {
  const prints = (document: ValidationDocument) =>
    runOf(document).results.map(
      (result: { readonly partialFingerprints: Readonly<Record<string, string>> }) =>
        result.partialFingerprints['primaryLocationLineHash'],
    );
  const at = (shift: number) =>
    report({
      findings: [
        finding({ line: 2 + shift }),
        finding({ line: 5 + shift }),
        finding({ line: 6 + shift, value: '-4' }),
        finding({ line: 7 + shift, check: 'dataType' }),
      ],
    });
  expect(prints(at(0))).toEqual(prints(at(1_000)));
  expect(new Set(prints(at(0))).size).toBe(4);
  expect(prints(at(0))[1]).toBe(String(prints(at(0))[0]).replace(/:1$/, ':2'));
});

test('findings without a file stand at the first line of the first; hostile texts and checks nobody described are fine', () => {
  const hostile = '\u202egnp.exe</script>\u0000 @octocat\ud800';
  const run = runOf(
    report({
      source: { ...report().source, repository: '', commit: '', action: 'validate-data@0.0.0-dev' },
      checks: [failed({ check: 'rowCount', dimension: hostile })],
      findings: [
        {
          check: 'rowCount',
          severity: 'warning',
          expected: hostile,
          message: hostile,
          field: hostile,
          value: hostile,
        },
        finding({ check: 'mystery', severity: 'info', file: `${hostile}/x.csv`, row: 3 }),
      ],
    }),
  );
  expect(run.results[0].locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: 'data/train.csv', uriBaseId: 'SRCROOT' },
    region: { startLine: 1 },
  });
  expect(run.results.map((result: { readonly level: string }) => result.level)).toEqual(['warning', 'note']);
  expect(JSON.stringify(run)).not.toContain('\u202e"');
});

describe('limits', () => {
  test('the most severe results are kept, and what is left out is told', () => {
    const findings = [finding({ severity: 'warning' }), finding({ severity: 'info' }), finding()];
    const run = runOf(report({ checks: [failed({ findings: 90 })], findings }), { maxResults: 2 });
    expect(run.results.map((result: { readonly level: string }) => result.level)).toEqual([
      'error',
      'warning',
    ]);
    expect(run.invocations[0].toolExecutionNotifications).toMatchObject([
      { message: { text: expect.stringMatching(/^88 findings of 90 left out here/) } },
    ]);
  });

  test('a whole report says nothing of the kind', () => {
    expect(runOf(report()).invocations[0].toolExecutionNotifications).toEqual([]);
  });
});

test('new and known findings are told apart against a base report', () => {
  const findings = [finding(), finding({ value: '-4' })];
  const run = runOf(report({ findings }), { fresh: new Set(findings.slice(1)) });
  expect(run.results.map((result: { readonly baselineState: string }) => result.baselineState)).toEqual([
    'unchanged',
    'new',
  ]);
});
