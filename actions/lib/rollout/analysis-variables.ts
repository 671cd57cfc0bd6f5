import type { AnalysisValues } from './template.ts';

/** A version that is measured. */
export interface MeasuredVersion {
  readonly version: string;
  readonly digest: string;
}

/** What a rollout asks about. Times in milliseconds since 1970. */
export interface MeasuredStep {
  readonly stable: MeasuredVersion | undefined;
  readonly model: string;
  readonly environment: string;
  readonly weight: number;
  /** When the weight was applied. */
  readonly since: number;
}

/** A window that is shorter holds too few scrapes for a rate. */
const SHORTEST_WINDOW_S = 60;

/**
 * The variables of a question about one version: the candidate, or in a comparison the stable one in its place.
 * `window` is the time since the weight was applied as a duration of Prometheus, at least one minute.
 */
export function analysisVariables(step: MeasuredStep, asked: MeasuredVersion, now: number): AnalysisValues {
  const { stable, since } = step;
  return {
    version: asked.version,
    digest: asked.digest,
    weight: String(step.weight),
    model: step.model,
    environment: step.environment,
    window: `${Math.max(SHORTEST_WINDOW_S, Math.floor((now - since) / 1_000))}s`,
    'step.started': new Date(since).toISOString(),
    'stable.version': stable?.version ?? '',
    'stable.digest': stable?.digest ?? '',
    'canary.version': asked.version,
    'canary.revision': asked.version,
    'canary.digest': asked.digest,
  };
}
