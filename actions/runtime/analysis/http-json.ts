import { encodings, fillTemplate } from '../../lib/rollout/template.ts';
import type { Measure } from './provider.ts';
import { jsonOf, unusable } from './read-reply.ts';
import { readValue } from './read-value.ts';
import { requestHeaders } from './request-headers.ts';

/** Measures a number that a web address answers with, somewhere in a JSON document. */
export const measureHttpJson: Measure<'http-json'> = async (runtime, source, { values }) => {
  const body = source.body === undefined ? undefined : fillTemplate(source.body, values, encodings.json);
  const reply = await runtime.http.send({
    url: fillTemplate(source.url, values),
    method: source.method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...requestHeaders(runtime, source.headers, values),
    },
    timeoutMs: source.timeoutMs,
    allowPrivateNetwork: source.allowPrivateNetwork,
    ...(body === undefined ? {} : { body }),
  });
  const problem = unusable(reply);
  if (problem !== undefined || reply.kind !== 'answer')
    return problem ?? { kind: 'error', message: 'no answer' };
  const document = jsonOf(reply.body);
  if (document.kind !== 'json') return document;
  return readValue(document.value, source.pointer, source.samplesPointer);
};
