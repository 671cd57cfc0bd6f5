import type { Measurement } from '../../lib/rollout/analysis-verdict.ts';
import type { MetricSpec } from '../../lib/rollout/rollout.ts';
import type { TemplateVariables } from '../../lib/rollout/template.ts';
import type { Runtime } from '../runtime.ts';

/** One way to measure. A new one is a file here, a line in the catalog and a member of the metric's type. */
export type Measure = (
  runtime: Runtime,
  spec: MetricSpec,
  variables: TemplateVariables,
) => Promise<Measurement>;
