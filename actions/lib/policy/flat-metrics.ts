import { ActionError } from '../errors.ts';
import { parseJsonStrict } from '../schema/json.ts';
import type { ParsedText } from '../schema/parsed-text.ts';
import type { MetricEntry } from './metrics-view.ts';

/** Reads a metrics file of any shape: duplicate keys are refused, NaN and infinities kept as what they are. */
export const parseMetricsText = (text: string, where: string): ParsedText =>
  parseJsonStrict(text, where, { nonFinite: 'keep', largeIntegers: 'nearest' });

/**
 * The numbers of a flat JSON file, `{ "accuracy": 0.95, "model_size_bytes": 19084321 }`. NaN and infinities are
 * metrics without a value, so that exactly their gates fail.
 *
 * @throws ActionError invalid-file with every member that is not a number, by line and column
 */
export function readFlatMetrics(parsed: ParsedText): readonly MetricEntry[] {
  const { value: root, where } = parsed;
  if (typeof root !== 'object' || root === null || Array.isArray(root))
    throw new ActionError(
      'invalid-file',
      `${parsed.at([])}: expected an object of names and numbers, found ${describe(root)}`,
    );
  const members: readonly (readonly [string, unknown])[] = Object.entries(root);
  const problems = members
    .filter(([, value]) => typeof value !== 'number')
    .map(([name, value]) => `${parsed.at([name])}: ${name}: ${advice(value)}`);
  if (problems.length > 0) throw new ActionError('invalid-file', problems.join('\n'));
  if (members.length === 0)
    throw new ActionError('invalid-file', `${where}: holds no metric; expected names and numbers`);
  return members.map(([name, value]) => entry(name, Number(value), parsed));
}

function entry(name: string, value: number, parsed: ParsedText): MetricEntry {
  const finite = Number.isFinite(value);
  return {
    name: name.normalize('NFC'),
    slice: undefined,
    value: finite ? value : null,
    problem: finite
      ? undefined
      : `it is ${value} at ${parsed.at([name])}; find out where the evaluation divides by zero or overflows`,
    direction: undefined,
    kind: undefined,
    unit: undefined,
    n: undefined,
    ci: undefined,
    params: {},
  };
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}

function advice(value: unknown): string {
  if (typeof value !== 'string') return `expected a number, found ${describe(value)}`;
  const shown = `expected a number, found the text ${JSON.stringify(value.slice(0, 40))}`;
  if (/^\s*\d+(\.\d+)?\s*%\s*$/.test(value))
    return `${shown}; write the fraction, ${Number((Number.parseFloat(value) / 100).toPrecision(12))}`;
  return value.trim() !== '' && Number.isFinite(Number(value)) ? `${shown}; write it without quotes` : shown;
}
