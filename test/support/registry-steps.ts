import type { OutsideWorld } from './outside-world.ts';
import { gateFor } from './registry.ts';
import type { StepRequest } from './step-process.ts';
import { ROUTER_SECRET } from './traffic-router.ts';

/** Everybody's clock begins here, and evidence is an hour older. */
const START = Date.parse('2026-01-15T12:00:00Z');
/** A second of the step is this part of a real one. */
const SPEED = 20;

/** The workflow that is asked for retraining. */
export const TRAINING = {
  '.github/workflows/train.yml': `name: Train
run-name: Train for \${{ inputs.dedupe_key }}
on: { workflow_dispatch: { inputs: { dedupe_key: { type: string } } } }
jobs: { train: { runs-on: ubuntu-latest, steps: [{ run: echo }] } }
`,
} as const;

/** What may differ from the plain case. */
export interface StepChange {
  readonly attempt?: number;
  readonly run?: number;
  readonly inputs?: Readonly<Record<string, string>>;
  /** How long after the beginning the step starts, in minutes. */
  readonly minutes?: number;
  readonly bake?: string;
  /** `traffic:` of the rollout file; the router if absent. */
  readonly traffic?: string;
  /** Files of the workspace beside those it has anyway. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A promotion that ends in later runs: run 7 and the ticks of runs 8, 9 and 10, as each of their attempts starts them. */
export const CHECKPOINTS: readonly ((world: OutsideWorld, attempt: number) => Promise<StepRequest>)[] = [
  (world, attempt) =>
    promotion(world, 'model two', {
      attempt,
      minutes: attempt,
      bake: '60m',
      inputs: { wait: 'checkpoint', 'max-wait-minutes': '0' },
    }),
  ...[70, 140, 210].map(
    (minutes, index) => async (world: OutsideWorld, attempt: number) =>
      tick(world, { run: 8 + index, attempt, minutes: minutes + attempt }),
  ),
];

const throughRouter = (url: string, timeout: string): string => `
  driver: webhook
  webhook: { url: "${url}/traffic", read-url: "${url}/traffic", secret-env: ROUTER_SECRET, timeout: ${timeout}, allow-private-network: true }`;

/** Three steps through the router, or what else switches traffic, each watched by the metrics. */
export const rolloutFile = (
  { url }: OutsideWorld,
  bake = '2s',
  timeout = '10s',
  traffic = throughRouter(url, timeout),
): string => `version: 1
traffic:${traffic}
steps:
  - { weight: 10, bake: ${bake}, analysis: [health] }
  - { weight: 50, bake: ${bake}, analysis: [health] }
  - { weight: 100, bake: ${bake}, analysis: [health] }
analysis:
  health:
    interval: ${bake}
    metrics:
      - { name: errors, type: http-json, url: "${url}/metrics?version=\${version}", pointer: /errors, fail-if: "> 0.05", timeout: ${timeout}, allow-private-network: true }
`;

async function request(
  world: OutsideWorld,
  action: StepRequest['action'],
  run: number,
  change: StepChange,
): Promise<Omit<StepRequest, 'files' | 'inputs'>> {
  return {
    action,
    api: world.url,
    token: world.service.issueToken({
      actions: 'write',
      contents: 'write',
      deployments: 'write',
      issues: 'write',
    }),
    commit: (await world.service.remote.resolve('refs/heads/main')) ?? '',
    run: change.run ?? run,
    attempt: change.attempt ?? 1,
    env: { ROUTER_SECRET },
    now: new Date(START + (change.minutes ?? 0) * 60_000).toISOString(),
    speed: SPEED,
  };
}

/** Run 7: promotes a model into production in three steps. */
export async function promotion(
  world: OutsideWorld,
  model: string,
  change: StepChange = {},
): Promise<StepRequest> {
  return {
    ...(await request(world, 'promote-model', 7, change)),
    files: {
      'model.onnx': model,
      'gate.json': gateFor(model),
      'rollout.yml': rolloutFile(world, change.bake, undefined, change.traffic),
      ...change.files,
    },
    inputs: {
      environment: 'production',
      model: 'model.onnx',
      evidence: 'gate.json',
      'evidence-outside-runs': 'true',
      rollout: 'rollout.yml',
      wait: 'inline',
      upload: 'false',
      ...change.inputs,
    },
  };
}

/** Run 50: rolls production back, with an incident, an alert and a request for retraining. */
export async function rollback(world: OutsideWorld, change: StepChange = {}): Promise<StepRequest> {
  return {
    ...(await request(world, 'rollback', 50, change)),
    files: { 'rollout.yml': rolloutFile(world, undefined, undefined, change.traffic), ...change.files },
    inputs: {
      environment: 'production',
      reason: 'it is worse',
      rollout: 'rollout.yml',
      retrain: 'workflow_dispatch',
      'retrain-workflow': 'train.yml',
      upload: 'false',
      'notify-url': `${world.url}/alert`,
      'notify-allow-private-network': 'true',
      ...change.inputs,
    },
  };
}

/** Goes on with whatever rollout of production is due. */
export async function tick(world: OutsideWorld, change: StepChange): Promise<StepRequest> {
  return {
    ...(await request(world, 'promote-model', 8, change)),
    files: change.files ?? {},
    inputs: {
      operation: 'resume',
      environment: 'production',
      wait: 'checkpoint',
      'max-wait-minutes': '0',
      upload: 'false',
      ...change.inputs,
    },
  };
}

/** Gives up the rollout of production. */
export const abort = (world: OutsideWorld, change: StepChange = {}): Promise<StepRequest> =>
  tick(world, {
    ...change,
    inputs: { operation: 'abort', reason: 'nobody wants it', 'fail-on': 'never', ...change.inputs },
  });
