import { durationText } from '../lib/duration.ts';
import type { PromotionPlan } from '../lib/registry/plan-promotion.ts';
import { rolloutLengthMs } from '../lib/rollout/analysis-schedule.ts';
import { conditionText } from '../lib/rollout/condition.ts';
import type {
  AnalysisSpec,
  Comparison,
  MetricSource,
  MetricSpec,
  PreflightCheck,
  Rollout,
  RolloutStep,
} from '../lib/rollout/rollout.ts';
import type { Inputs } from './inputs.ts';

const list = (texts: readonly (string | false | undefined)[]): string => texts.filter(Boolean).join(', ');

const checkLine = (check: PreflightCheck): string =>
  check.kind === 'command'
    ? `preflight ${check.name}: ${check.argv.join(' ')}, at most ${durationText(check.timeoutMs)}`
    : `preflight ${check.name}: ${list([
        `${check.method} ${check.url} answers ${check.status}`,
        check.maxLatencyMs !== undefined && `within ${durationText(check.maxLatencyMs)}`,
        check.pointer !== undefined &&
          `with ${check.pointer}${check.between === undefined ? '' : ` from ${check.between[0]} to ${check.between[1]}`}`,
      ])}`;

const compareText = (compare: Comparison): string =>
  compare.test === 'ratio'
    ? `fails above ${compare.maxRatio} times the stable version's`
    : `fails if proven higher than the stable version's by more than ${compare.maxIncrease} (confidence ${compare.confidence})`;

const requestText = ({ method, url, body }: Extract<MetricSource, { type: 'http-json' }>): string =>
  `asks ${method} ${url}${body === undefined ? '' : ` with ${body.length} characters of JSON`}`;

const metricText = (metric: MetricSpec): string =>
  `${metric.name} (${list([
    metric.failIf && `fails if ${conditionText(metric.failIf)}`,
    metric.passIf && `passes if ${conditionText(metric.passIf)}`,
    metric.compare && compareText(metric.compare),
    metric.minSamples > 0 && `needs ${metric.minSamples} samples`,
    `${metric.failureLimit} failures tolerated`,
    metric.consecutiveSuccess > 1 && `passes only with the last ${metric.consecutiveSuccess} in a row`,
    `no data: ${metric.onNoData}`,
    metric.severity === 'warn' && 'only warns',
    metric.source.type === 'http-json' && requestText(metric.source),
  ])})`;

const analysisText = ({ name, intervalMs, metrics }: AnalysisSpec): string =>
  `${name} every ${durationText(intervalMs)}: ${metrics.map(metricText).join('; ')}`;

function stepLine(step: RolloutStep, number: number, of: number): string {
  const head = `step ${number} of ${of}:`;
  if (step.kind === 'approval') return `${head} waits for approval (${step.environment})`;
  return `${head} ${list([
    `${step.weight} % of traffic`,
    step.shadow > 0 && `copies of ${step.shadow} % of requests`,
    step.bakeMs > 0 && `bakes ${durationText(step.bakeMs)}`,
    step.analysis.length === 0 ? 'nothing is analysed' : step.analysis.map(analysisText).join(' | '),
  ])}`;
}

const mirrorNames = (inputs: Inputs): readonly string[] =>
  [
    inputs.deployments === 'create' && 'a GitHub deployment',
    inputs.mlflow.trackingUri !== '' && `the alias ${inputs.mlflow.alias} in MLflow`,
    inputs.artifactRecords && 'the organisation’s artifact records',
    inputs.gtoTags && 'GTO tags',
    inputs.release !== 'off' && `a release (${inputs.release})`,
    inputs.notify.url !== '' && `an alert (${inputs.notify.format})`,
  ].filter((name) => name !== false);

/** What a promotion would do, line by line. */
export function describeRollout(
  inputs: Inputs,
  rollout: Rollout,
  plan: Extract<PromotionPlan, { kind: 'go' }>,
): readonly string[] {
  const { steps, preflight, traffic } = rollout;
  const mirrors = mirrorNames(inputs);
  return [
    `the ledger gets ${plan.drafts.map(({ type }) => type).join(', ')}`,
    traffic === undefined
      ? "traffic is switched by whatever follows the ledger's pointer file"
      : `traffic is switched by the driver ${traffic.spec.driver}`,
    ...preflight.map(checkLine),
    ...steps.map((step, index) => stepLine(step, index + 1, steps.length)),
    `on failure: ${rollout.onFailure ?? inputs.onFailure}; on inconclusive: ${rollout.onInconclusive ?? inputs.onInconclusive}; on cancel: ${inputs.onCancel}`,
    ...(rollout.deadlineMs === undefined
      ? []
      : [`pauses if it is not at its end after ${durationText(rollout.deadlineMs)}`]),
    ...(rollout.keepPreviousWarmMs > 0
      ? [`the version before stays warm for ${durationText(rollout.keepPreviousWarmMs)}`]
      : []),
    `shown by ${mirrors.length === 0 ? 'nothing but the ledger' : mirrors.join(', ')}`,
  ];
}

/** What a person should know before a rollout is begun as it is planned. */
export function planWarnings(inputs: Inputs, rollout: Rollout): readonly string[] {
  const length = rolloutLengthMs(rollout);
  const { steps, traffic } = rollout;
  const watched = steps.some((step) => step.kind === 'traffic' && step.analysis.length > 0);
  return [
    inputs.wait !== 'inline' &&
      length > inputs.maxWaitMs &&
      `the steps take ${durationText(length)}: a schedule that runs operation resume has to go on with them`,
    traffic === undefined &&
      steps.length > 1 &&
      'there is no traffic driver: the weights stand in the pointer file only, and nobody reads back whether they are followed',
    !watched && 'nothing is analysed: a bad version would not be noticed by this rollout',
    inputs.force && `rules are overridden by force: ${inputs.reason}`,
  ].filter((text) => typeof text === 'string');
}
