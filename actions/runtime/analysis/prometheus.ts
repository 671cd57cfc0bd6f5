import type { Measurement, NoValue } from '../../lib/rollout/measurement.ts';
import { fillPromql } from '../../lib/rollout/promql-template.ts';
import type { MetricSource } from '../../lib/rollout/rollout.ts';
import type { HttpReply, Runtime } from '../runtime.ts';
import { readPrometheus } from './prometheus-answer.ts';
import type { Measure } from './provider.ts';
import { jsonOf, unusable } from './read-reply.ts';
import { requestHeaders } from './request-headers.ts';

type Source = Extract<MetricSource, { type: 'prometheus' }>;

/**
 * Measures by instant queries to Prometheus' HTTP API, all at one point in time. With `total-query` the value is the
 * share of the one in the other, and the total its number of samples.
 */
export const measurePrometheus: Measure<'prometheus'> = async (runtime, source, { values }) => {
  const headers = requestHeaders(runtime, source.headers, values);
  const time = runtime.clock.now() / 1_000;
  const ask = (query: string): Promise<Measurement> =>
    instantQuery(runtime, source, headers, fillPromql(query, values), time);
  const second = source.totalQuery ?? source.samplesQuery;
  const [measured, counted] = await Promise.all([
    ask(source.query),
    second === undefined ? undefined : ask(second),
  ]);
  // A question that is wrong is told of even where the other one has no answer.
  if (counted?.kind === 'misconfigured' || counted?.kind === 'error')
    return about('the second query', counted);
  if (measured.kind !== 'value') return measured;
  if (source.totalQuery !== undefined) return share(measured.value, counted);
  return { ...measured, samples: counted?.kind === 'value' ? counted.value : undefined };
};

function share(part: number, total: Measurement | undefined): Measurement {
  if (total?.kind === 'no-data') return about('total-query', total);
  if (total?.kind !== 'value') return { kind: 'no-data', message: 'total-query gave no number' };
  if (total.value === 0) return { kind: 'no-data', message: `total-query gave 0, query ${part}` };
  return { kind: 'value', value: part / total.value, samples: total.value };
}

const about = (what: string, result: NoValue): NoValue => ({
  ...result,
  message: `${what}: ${result.message}`,
});

async function instantQuery(
  runtime: Runtime,
  source: Source,
  headers: Readonly<Record<string, string>>,
  query: string,
  time: number,
): Promise<Measurement> {
  const reply = await runtime.http.send({
    url: `${source.url}/api/v1/query`,
    // Queries are longer than addresses may be.
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({
      query,
      time: String(time),
      timeout: `${Math.ceil(source.timeoutMs)}ms`,
    }).toString(),
    timeoutMs: source.timeoutMs,
    allowPrivateNetwork: source.allowPrivateNetwork,
  });
  const { measurement, notes } = readReply(reply);
  for (const note of notes) runtime.log.warning(`Prometheus says about ${query}: ${note}`);
  return measurement;
}

function readReply(reply: HttpReply): ReturnType<typeof readPrometheus> {
  const problem = unusable(reply);
  if (reply.kind !== 'answer')
    return { measurement: problem ?? { kind: 'error', message: 'no answer' }, notes: [] };
  const document = jsonOf(reply.body);
  // A failure with Prometheus' own words says more than its status; one without is somebody else's.
  const own = document.kind === 'json' ? readPrometheus(document.value, problem) : undefined;
  if (own !== undefined) return own;
  return { measurement: problem ?? noJson(document), notes: [] };
}

const noJson = (document: ReturnType<typeof jsonOf>): Measurement =>
  document.kind === 'json' ? { kind: 'error', message: 'not an answer of Prometheus' } : document;
