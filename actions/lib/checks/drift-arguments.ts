import type { DriftResult } from '../documents/validation.ts';
import { DRIFT_MEASURES } from '../drift/catalog.ts';
import { COMPAT_NAMES, isCompatName } from '../drift/compat/preset.ts';
import type { DriftRequest } from '../drift/request.ts';
import type { Arguments } from './arguments.ts';
import type { Parameter } from './check.ts';

const METHODS: readonly string[] = DRIFT_MEASURES.map(({ name }) => name);

/** The parameters that both drift checks take. */
export const DRIFT_PARAMETERS: readonly Parameter[] = [
  { name: 'against', kind: 'reference', about: '`baseline` (the default) or a split' },
  { name: 'split', kind: 'split', about: 'The split that is compared; the whole table when absent' },
  {
    name: 'method',
    kind: { oneOf: METHODS },
    about: 'The drift measure; chosen by type and number of values when absent',
  },
  {
    name: 'threshold',
    kind: 'number',
    about: "Effect at which a column counts as drifted; the measure's own when absent",
  },
  { name: 'minSample', kind: 'count', about: 'Values that each side needs; 30 when absent' },
  {
    name: 'compat',
    kind: { oneOf: COMPAT_NAMES },
    about: 'Measure and judge as another tool does, to get its numbers while switching',
  },
];

/** What the arguments ask of the drift measures. */
export function driftRequest(given: Arguments): DriftRequest {
  const method = DRIFT_MEASURES.find(({ name }) => name === given.text('method'))?.name;
  const compat = given.text('compat') ?? '';
  const [threshold, warnAt, alpha, minSample] = ['threshold', 'warnAt', 'alpha', 'minSample'].map((name) =>
    given.number(name),
  );
  return {
    ...(method !== undefined && { method }),
    ...(isCompatName(compat) && { compat }),
    ...(threshold !== undefined && { threshold }),
    ...(warnAt !== undefined && { warnAt }),
    ...(alpha !== undefined && { alpha }),
    ...(minSample !== undefined && { minSample }),
  };
}

/** A comparison in one line: effect, p-value, floor, sizes and why. */
export function driftWords(result: DriftResult): string {
  const { measure, effect, pValue, adjustedP = pValue, noiseFloor, change, reason } = result;
  return [
    ...(effect === undefined ? [] : [`${measure ?? 'effect'} ${short(effect)}`]),
    ...(adjustedP === undefined ? [] : [`p = ${short(adjustedP)}`]),
    ...(noiseFloor === undefined ? [] : [`noise floor ${short(noiseFloor)}`]),
    `${result.referenceCount} and ${result.currentCount} values`,
    ...(change === undefined ? [] : [change]),
    ...(reason === undefined ? [] : [reason]),
  ].join('; ');
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
