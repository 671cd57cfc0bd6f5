import { type Fields, fieldsOf, isFields, listOf, textOf } from '../schema/fields.ts';
import type { ValuePath } from '../schema/parsed-text.ts';
import { measured } from './entry.ts';
import { type FormatReading, fileFormat, type Measured } from './format.ts';
import { readyGates, type ToolTest } from './ready-gate.ts';
import type { TreeSource } from './source.ts';

const OUTCOMES: Readonly<Record<string, Pick<ToolTest, 'outcome' | 'severity'>>> = {
  PASS: { outcome: 'passed', severity: 'error' },
  FAIL: { outcome: 'failed', severity: 'error' },
  WARN: { outcome: 'failed', severity: 'warning' },
  ERROR: { outcome: 'not-run', severity: 'error' },
};

const checkName = (result: Fields): string =>
  textOf(result['header']) ?? textOf(fieldsOf(result['check'])['name']) ?? 'check';

function testsOf({ parsed }: TreeSource, result: Fields, index: number): readonly ToolTest[] {
  const name = checkName(result);
  const path = ['results', index];
  // A check that raised an error is written without results.
  if (!Array.isArray(result['conditions_results']))
    return [
      {
        name,
        outcome: 'not-run',
        severity: 'error',
        reason: textOf(result['exception']) ?? 'the check raised an error',
        place: () => parsed.at(path),
      },
    ];
  return listOf(result['conditions_results']).map((condition, at) => {
    const { Status: status, Condition: text, 'More Info': info } = fieldsOf(condition);
    const known = OUTCOMES[String(status).replace(/^.*\./, '').toUpperCase()];
    return {
      name: `${name}: ${textOf(text) ?? `condition ${at + 1}`}`,
      ...(known ?? { outcome: 'not-run' as const, severity: 'error' as const }),
      reason: textOf(info) ?? `its status is ${String(status)}`,
      place: () => parsed.at([...path, 'conditions_results', at]),
    };
  });
}

/** The numbers a check found: its value where that is one, and those of nested objects by dotted names. */
function valuesOf({ parsed }: TreeSource, result: Fields, index: number): readonly Measured[] {
  const visit = (value: unknown, path: ValuePath, name: string): readonly Measured[] => {
    if (typeof value === 'number') return [measured(name, value, () => parsed.at(path))];
    if (!isFields(value)) return [];
    return Object.entries(value).flatMap(([key, member]) => visit(member, [...path, key], `${name}.${key}`));
  };
  return visit(result['value'], ['results', index, 'value'], checkName(result));
}

function read(source: TreeSource): FormatReading {
  const results = listOf(fieldsOf(source.parsed.value)['results']).map(fieldsOf);
  const ready = readyGates(results.flatMap((result, index) => testsOf(source, result, index)));
  return {
    metrics: [...results.flatMap((result, index) => valuesOf(source, result, index)), ...ready.metrics],
    gates: ready.gates,
  };
}

/** The result of a suite of deepchecks, `suite_result.to_json()`. Its conditions become gates. */
export const deepchecks = fileFormat({
  name: 'deepchecks',
  title: 'the result of a deepchecks suite',
  naming: 'numbers by the header of their check; conditions become gates, `test.<check>-<condition>`',
  source: 'tree',
  fits: ({ parsed: { value } }) => {
    if (!isFields(value) || !Array.isArray(value['results'])) return false;
    const results: readonly unknown[] = value['results'];
    return results.length > 0 && results.every((result) => isFields(result) && isFields(result['check']));
  },
  read,
});
