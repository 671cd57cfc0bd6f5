import type { Measurement, NoValue } from '../../lib/rollout/measurement.ts';

/** An answer, with the warnings and remarks that came with it. */
export interface PrometheusAnswer {
  readonly measurement: Measurement;
  readonly notes: readonly string[];
}

/** Kinds of errors after which the same query may succeed; after the others (`bad_data`, `execution`) it will not. */
const PASSING: ReadonlySet<unknown> = new Set([
  'timeout',
  'canceled',
  'unavailable',
  'internal',
  'too_many_requests',
]);

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : []);
const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/**
 * Reads an answer to an instant query. Source: Prometheus, HTTP API, "Format overview" and "Expression query result
 * formats"; values are texts there, since JSON has no NaN.
 *
 * @param problem - what the status of the answer means, if it was not 200
 */
export function readPrometheus(document: unknown, problem: NoValue | undefined): PrometheusAnswer {
  const { status, data, errorType, error, warnings, infos } = recordOf(document);
  const notes = [...texts(warnings), ...texts(infos)];
  if (status === 'error') {
    const kind = problem?.kind ?? (PASSING.has(errorType) ? 'error' : 'misconfigured');
    return { measurement: { kind, message: `${text(errorType)}: ${text(error)}` }, notes };
  }
  if (problem !== undefined) return { measurement: problem, notes };
  if (status !== 'success')
    return {
      measurement: { kind: 'error', message: 'expected an answer of Prometheus, found other JSON' },
      notes,
    };
  return { measurement: readResult(recordOf(data)), notes };
}

function readResult({ resultType, result }: Readonly<Record<string, unknown>>): Measurement {
  const list: readonly unknown[] = Array.isArray(result) ? result : [];
  if (resultType === 'scalar') return readSample(list);
  if (resultType !== 'vector')
    return {
      kind: 'misconfigured',
      message: `expected one number, found a ${text(resultType)}; ask for an instant vector or a scalar`,
    };
  if (list.length > 1)
    return {
      kind: 'misconfigured',
      message: `expected one series, found ${list.length}; bring them together, for example with sum(...)`,
    };
  if (list.length === 0)
    return {
      kind: 'no-data',
      message: 'no series matches the query; where that stands for 0, add "or vector(0)"',
    };
  const series = recordOf(list[0]);
  if (series['value'] === undefined && series['histogram'] !== undefined)
    return {
      kind: 'misconfigured',
      message:
        'expected a number, found a histogram; ask for histogram_quantile(...) or histogram_count(...)',
    };
  return readSample(series['value']);
}

/** A pair of time and value. */
function readSample(sample: unknown): Measurement {
  const value: unknown = Array.isArray(sample) ? sample[1] : undefined;
  if (typeof value !== 'string' || !/^([+-]?Inf|NaN|[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i.test(value))
    return { kind: 'error', message: `expected a number as text, found ${text(value)}` };
  const number = Number(value);
  return Number.isFinite(number)
    ? { kind: 'value', value: number, samples: undefined }
    : { kind: 'no-data', message: `the query gave ${value}` };
}
