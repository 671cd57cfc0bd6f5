import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MetricsDocument } from '../../actions/lib/documents/metrics.ts';
import { readDocument } from '../../actions/lib/schema/documents.ts';
import { root } from '../../actions/tools/repository.ts';
import { makeWorkspace, runBundle } from '../support/run-bundle.ts';

const project = join(root, 'workflows-examples', 'flights');
const published = join(root, 'node_modules/vega-datasets/data/flights-3m.parquet');

/** The last of the file's eleven groups of rows: 272,730 flights from June 14 on, as prepare-delays.ts writes them. */
async function lastFlights(): Promise<string> {
  const file = await asyncBufferFromFile(published);
  const metadata = await parquetMetadataAsync(file);
  const rowStart = metadata.row_groups.slice(0, -1).reduce((sum, group) => sum + Number(group.num_rows), 0);
  const rows = (await parquetReadObjects({ file, metadata, compressors, rowStart })) as unknown as readonly {
    readonly date: Date;
    readonly delay: bigint;
    readonly distance: bigint;
    readonly origin: string;
  }[];
  const lines = rows.map(
    ({ date, delay, distance, origin }) =>
      `${date.getUTCHours()},${date.getUTCDay()},${distance},${origin},${Number(delay) >= 15 ? 1 : 0}`,
  );
  return `hour,weekday,distance,origin,delayed\n${lines.join('\n')}\n`;
}

let workspace: ReturnType<typeof makeWorkspace>;

beforeAll(async () => {
  workspace = makeWorkspace({
    'data/june.csv': await lastFlights(),
    'models/delays.onnx': readFileSync(join(project, 'models/delays.onnx')),
    'models/delays-linear.onnx': readFileSync(join(project, 'models/delays-linear.onnx')),
  });
}, 60_000);
afterAll(() => workspace.remove());

describe('272,730 flights and two models on the bundle', () => {
  // Python onnxruntime 1.30.0 on the same rows, measured by scikit-learn 1.9.1.
  test('are what Python says of them', { timeout: 120_000 }, async () => {
    const step = await runBundle('evaluate-model', workspace.path, {
      model: 'models/delays.onnx',
      'baseline-model': 'models/delays-linear.onnx',
      data: 'data/june.csv',
      target: 'delayed',
      features: 'hour, weekday, distance, origin',
      slices: 'quantiles(distance,4)\nhour>=18',
      rows: 'none',
    });
    expect(step.exitCode, step.log).toBe(0);
    const path = step.outputs.get('metrics-path') ?? '';
    const document = readDocument<MetricsDocument>('metrics', step.read(path), path);
    const measured = (name: string, slice?: string) =>
      document.metrics.find(
        (metric) => metric.name === name && Object.values(metric.slice ?? {})[0] === slice,
      )?.value;
    expect(document).toMatchObject({ task: 'binary', dataset: { rows: 272_730, invalidRows: 0 } });
    expect(measured('roc_auc')).toBeCloseTo(0.6824117008111552, 6);
    expect(measured('average_precision')).toBeCloseTo(0.4113046239370647, 6);
    expect(measured('log_loss')).toBeCloseTo(0.5005721781198698, 6);
    expect(measured('brier_score')).toBeCloseTo(0.16324760374411174, 6);
    expect(measured('accuracy')).toBeCloseTo(211_817 / 272_730, 12);
    expect(measured('roc_auc', '>=18')).toBeCloseTo(0.6277268051831796, 6);
    const area = document.baseline?.metrics.find(({ name, slice }) => name === 'roc_auc' && !slice);
    expect(area?.baseline).toBeCloseTo(0.6617922572235887, 6);
    expect(area?.better).toBe('candidate');
    expect(document.baseline).toMatchObject({ fixed: { count: 2359 }, broken: { count: 456 } });
  });
});
