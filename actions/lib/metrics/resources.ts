import { TASKS } from '../documents/metrics.ts';
import type { ResourceMetric } from './metric.ts';

const common = {
  aliases: [],
  direction: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  tasks: TASKS,
  needs: 'model',
  kind: 'resource',
} as const;

const ONE_MACHINE = 'Compare only figures of one machine.';

const latency = (percent: number): ResourceMetric => ({
  ...common,
  id: `latency_ms_p${percent}`,
  title: `Latency, ${percent}th percentile`,
  unit: 'ms',
  definition: `${percent}th percentile (linear interpolation, numpy's default) of the time from a request to its answer; of a model that is run here, a request is one row. ${ONE_MACHINE}`,
});

/** What a model costs. */
export const resourceMetrics: readonly ResourceMetric[] = [
  {
    ...common,
    id: 'model_size_bytes',
    title: 'Model size',
    unit: 'byte',
    definition: 'Size of all files of the model.',
  },
  {
    ...common,
    id: 'model_load_ms',
    title: 'Load time',
    unit: 'ms',
    definition: `Wall time from the model's bytes to a model that can predict. ${ONE_MACHINE}`,
  },
  latency(50),
  latency(95),
  latency(99),
  {
    ...common,
    id: 'latency_ms_per_1000_rows',
    title: 'Prediction time',
    unit: 'ms',
    definition: `Wall time of predicting the test set, for 1000 rows. ${ONE_MACHINE}`,
  },
  {
    ...common,
    id: 'throughput_rows_per_second',
    title: 'Throughput',
    direction: 'higher',
    unit: 'row/s',
    definition: `Rows of the test set over the wall time of predicting it. ${ONE_MACHINE}`,
  },
  {
    ...common,
    id: 'request_error_rate',
    title: 'Failed requests',
    range: [0, 1],
    definition: 'Share of requests to an endpoint that had to be sent again or gave no answer.',
  },
];
