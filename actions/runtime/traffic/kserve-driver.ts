import type { TrafficSpec } from '../../lib/rollout/traffic.ts';
import type { Runtime } from '../runtime.ts';
import { environmentSecret } from './environment-secret.ts';
import { inferenceServiceDriver } from './kserve/inference-service.ts';
import { kubernetes } from './kserve/kubernetes.ts';
import { routingGroupDriver } from './kserve/llm-inference-service.ts';
import { trafficRecord } from './kserve/traffic-record.ts';
import type { TrafficDriver } from './traffic-driver.ts';

/** A request to the API is answered within this, however long a revision takes. */
const REQUEST_MS = 15_000;

const kinds = {
  InferenceService: inferenceServiceDriver,
  LLMInferenceService: routingGroupDriver,
} as const;

/**
 * Switches traffic in KServe through the Kubernetes API. A version is told by its uri, which is the `storageUri` of its
 * revision or the `spec.model.uri` of its member.
 *
 * @throws ActionError invalid-input when the variable with the token is not set
 */
export function kserveDriver(
  runtime: Runtime,
  spec: Extract<TrafficSpec, { driver: 'kserve' }>,
): TrafficDriver {
  const { api: base, tokenEnv, namespace, name, kind, allowPrivateNetwork, timeoutMs } = spec;
  const token = environmentSecret(runtime, tokenEnv, 'talks to the Kubernetes API');
  const requestMs = Math.min(timeoutMs, REQUEST_MS);
  const api = kubernetes(runtime, { api: base, token, tokenEnv, allowPrivateNetwork, timeoutMs: requestMs });
  const record = trafficRecord(api, namespace, name);
  const driver = kinds[kind]({ api, runtime, record, namespace, name, timeoutMs });
  return {
    async set(target) {
      const nameless = [target, ...(target.previous && target.weight < 100 ? [target.previous] : [])].find(
        ({ uri }) => uri === '',
      );
      return nameless === undefined
        ? driver.set(target)
        : {
            kind: 'failed',
            message: `${nameless.version} was registered without a uri, by which KServe would find it; register it with model-uri`,
          };
    },
    read: driver.read,
  };
}
