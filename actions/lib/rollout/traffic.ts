/** How traffic is switched. New drivers are new members here and in the runtime's catalog. */
export type TrafficSpec =
  | {
      readonly driver: 'command';
      /** Program and arguments, run without a shell. */
      readonly set: readonly string[];
      readonly read: readonly string[];
      readonly timeoutMs: number;
    }
  | {
      readonly driver: 'webhook';
      readonly url: string;
      readonly readUrl: string;
      /** Environment variable of the step that holds the key of the signature. */
      readonly secretEnv: string;
      readonly allowPrivateNetwork: boolean;
      readonly timeoutMs: number;
    }
  | {
      readonly driver: 'kserve';
      /** Base address of the Kubernetes API. */
      readonly api: string;
      /** Environment variable of the step that holds the bearer token. */
      readonly tokenEnv: string;
      readonly namespace: string;
      readonly name: string;
      readonly kind: 'InferenceService' | 'LLMInferenceService';
      readonly allowPrivateNetwork: boolean;
      readonly timeoutMs: number;
    }
  | {
      /** A file that the user's own tool follows, such as a GitOps manifest in the workspace. */
      readonly driver: 'file';
      readonly path: string;
    };

export interface Traffic {
  readonly spec: TrafficSpec;
  /** Time between a change and the first reading of its effect. */
  readonly settleMs: number;
  /** How long the effect may take to show. */
  readonly verifyTimeoutMs: number;
}

/** Drivers that can send copies of requests to a version. */
export const SHADOW_DRIVERS: ReadonlySet<TrafficSpec['driver']> = new Set(['command', 'webhook']);
