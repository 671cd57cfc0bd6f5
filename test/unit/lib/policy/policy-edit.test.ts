import { expect, test } from 'vitest';
import { parsePolicy } from '../../../../actions/lib/policy/parse-policy.ts';
import { policyEdits } from '../../../../actions/lib/policy/policy-edit.ts';

const BASE = `version: 1
defaults: { on-missing: fail }
evidence: { max-age: 30d }
baselines: { prod: "release:latest/metrics.json" }
gates:
  - { id: floor, metric: f1, min: 0.8 }
  - { id: auc, metric: roc_auc, versus: prod, max-regression: { absolute: 0.01 } }
  - { id: slices, metric: f1, slices: "*", min: 0.5 }
waivers:
  labels:
    - { label: accept, gates: [floor], applied-by: [role:admin] }
`;

const edits = (...replace: readonly (readonly [string, string])[]): readonly string[] => {
  const head = replace.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, BASE);
  return policyEdits(parsePolicy(BASE, 'base.yml'), parsePolicy(head, 'head.yml'));
};

test('an equal policy changes nothing, however it is written', () => {
  expect(edits(['{ on-missing: fail }', '{ confidence: 0.95 }'])).toEqual([]);
});

test.each([
  ['a setting', ['on-missing: fail', 'on-missing: pass'], 'on-missing: fail → pass'],
  ['the evidence', ['max-age: 30d', 'min-overlap: 0.5, max-age: 90d'], 'evidence.min-overlap: 0.95 → 0.5'],
  ['an age', ['max-age: 30d', 'max-age: 90d'], 'evidence.max-age: 30 d → 90 d'],
  [
    'a guard',
    ['max-age: 30d', 'no-downgrade: []'],
    'evidence.no-downgrade: rows, repeats, slices, metrics → none',
  ],
  [
    'a baseline',
    ['release:latest/metrics.json', 'mine.json'],
    'baselines.prod: release:latest/metrics.json → mine.json',
  ],
  ['a severity', ['min: 0.8', 'min: 0.8, severity: warning'], 'gate floor: severity: error → warning'],
  ['an outcome', ['min: 0.8', 'min: 0.8, outcome: retrain'], 'gate floor: outcome: block → retrain'],
  ['a slice', ['min: 0.8', 'min: 0.8, slice: "a=b"'], 'gate floor: rows: all → a=b'],
  ['fewer slices', ['slices: "*"', 'slices: "a=*"'], 'gate slices: rows: every slice → every slice of a'],
  [
    'what it is compared with',
    ['versus: prod', 'versus: { best-of: 5, branch: main }'],
    'gate auc: versus: prod → best of 5 on main',
  ],
  ['a gate less', ['  - { id: slices, metric: f1, slices: "*", min: 0.5 }\n', ''], 'gate slices: removed'],
  ['a gate more', ['gates:\n', 'gates:\n  - { metric: ece, max: 0.1 }\n'], 'gate ece: added'],
  ['a composite', ['version: 1', 'version: 1\ncomposite: any(error)'], 'composite: none → any(error)'],
  [
    'a metric',
    ['version: 1', 'version: 1\nmetrics: { f1: { direction: lower } }'],
    'metrics.f1: none → lower',
  ],
  [
    'who may waive',
    ['[role:admin]', '[role:write]'],
    'waivers.labels "accept": floor by admin for 7 d, reason required, loss of any size → floor by write for 7 d, reason required, loss of any size',
  ],
] as const)('%s is told', (_, change, expected) => {
  expect(edits(change)).toContain(expected);
});

test('the limit of a gate is told elsewhere, with its verdicts', () => {
  expect(edits(['min: 0.8', 'min: 0.2'])).toEqual([]);
});
