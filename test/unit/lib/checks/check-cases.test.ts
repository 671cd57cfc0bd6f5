import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../../actions/lib/checks/catalog.ts';
import type { Finding } from '../../../../actions/lib/documents/validation.ts';
import { runRules } from '../../../support/plain-run.ts';
import { CASE_KINDS, type CheckCase } from './cases/check-case.ts';
import { DRIFT_AND_PRIVACY } from './cases/drift-and-privacy.ts';
import { ROWS_AND_TABLES } from './cases/rows-and-tables.ts';
import { SPLITS } from './cases/splits.ts';
import { STRUCTURE } from './cases/structure.ts';
import { VALUES } from './cases/values.ts';
import { VOLUME } from './cases/volume.ts';

const CASES: readonly CheckCase[] = [
  ...STRUCTURE,
  ...VOLUME,
  ...VALUES,
  ...ROWS_AND_TABLES,
  ...SPLITS,
  ...DRIFT_AND_PRIVACY,
];

const placeOf = ({ file, line, column }: Finding): string => {
  if (line === undefined) return file ?? '-';
  return column === undefined ? `${line}` : `${line}:${column}`;
};

test('every check is tried with good and bad data, at its limit, without rows and without values', () => {
  const tried = new Set(CASES.map(({ check, kind }) => `${check}: ${kind}`));
  const lacking = [...CHECKS.keys()].flatMap((check) =>
    CASE_KINDS.map((kind) => `${check}: ${kind}`).filter((name) => !tried.has(name)),
  );
  expect(lacking).toEqual([]);
});

describe.each([...CHECKS.keys()])('%s', (name) => {
  const own = CASES.filter(({ check }) => check === name).map((one, at) => ({ ...one, at: at + 1 }));
  test.each(own)('$at $kind: $status, $measured', async (one) => {
    const { checks, findings } = await runRules([one.rule], one.table, one.options);
    const [result] = checks;
    expect([result?.status, result?.note]).toEqual([one.status, result?.note]);
    if (one.measured === null) expect(result?.measured).toBeNull();
    else expect(result?.measured).toBeCloseTo(one.measured, 12);
    expect(findings.flat().map(placeOf)).toEqual(one.places);
    if (one.message !== undefined && one.places.length > 0)
      expect(findings.flat()[0]?.message).toContain(one.message);
    // The same in two parts, each with its own state that travels as JSON, and in batches of two rows.
    const parts = await runRules([one.rule], one.table, { ...one.options, parts: 2, batchRows: 2 });
    expect(parts.findings).toEqual(findings);
    expect({ ...parts.checks[0], measured: 0 }).toEqual({ ...result, measured: 0 });
    expect(parts.checks[0]?.measured ?? 0).toBeCloseTo(result?.measured ?? 0, 12);
  });
});
