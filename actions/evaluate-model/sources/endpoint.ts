import { asTable } from '../../lib/tabular/as-table.ts';
import { scoreByEndpoint as ask } from '../../runtime/model-server/score-by-endpoint.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Inputs } from '../inputs.ts';
import { predictionsFromOutputs } from '../outputs.ts';
import type { EndpointSource } from '../read-source.ts';
import { readModel } from './model-files.ts';
import { readData, rolesOf, textColumns } from './read-data.ts';
import type { Scored } from './scored.ts';

/** Has a model on a server predict the test set. */
export async function scoreByEndpoint(
  runtime: Runtime,
  inputs: Inputs,
  source: EndpointSource,
): Promise<Scored> {
  const model = source.model === undefined ? undefined : await readModel(runtime, source.model, inputs);
  const table = await readData(runtime, source.data, (columns) => columns, textColumns(inputs));
  const done = await ask(
    runtime,
    {
      endpoint: source.url,
      protocol: source.protocol,
      headers: source.headers.split(/\r?\n/).filter((line) => line.trim() !== ''),
      allowPrivateNetwork: source.allowPrivateNetwork,
      batchSize: source.batchSize,
      concurrency: source.concurrency,
      timeoutMs: source.timeoutMs,
      pointer: source.pointer,
      instances: source.instances,
    },
    {
      table: asTable(table),
      name: table.name,
      features: inputs.features,
      excluded: rolesOf(inputs, table.columns),
    },
  );
  const { labels, numbers } = done.scores;
  const texts = labels?.map(String);
  const failed = Object.values(done.errors).reduce((sum: number, count) => sum + (count ?? 0), 0);
  const requests = done.latencies.length + failed;
  return {
    predictions: predictionsFromOutputs(done.url, table, inputs, {
      labels: texts && { values: texts },
      numbers,
      classes: numbers?.names,
    }),
    model: model?.identity,
    modelFiles: model?.scans,
    cost: {
      sizeBytes: model?.identity.sizeBytes,
      elapsedMs: done.elapsedMs,
      latencies: done.latencies,
      requestErrorRate: requests === 0 ? undefined : failed / requests,
    },
    notes:
      failed === 0
        ? []
        : [`${failed} of ${requests} requests failed and were sent again (${errorWords(done.errors)})`],
  };
}

const errorWords = (errors: Readonly<Partial<Record<string, number>>>): string =>
  Object.entries(errors)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
