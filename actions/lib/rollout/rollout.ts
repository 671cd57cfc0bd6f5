import type { Condition } from './condition.ts';

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
    };

export interface Traffic {
  readonly spec: TrafficSpec;
  /** Time between a change and the first reading of its effect. */
  readonly settleMs: number;
  /** How long the effect may take to show. */
  readonly verifyTimeoutMs: number;
}

/** What a measurement without a value counts as; `wait`: as nothing. */
export type OnNoData = 'inconclusive' | 'fail' | 'pass' | 'wait';

/** One number that is watched during a step. Limits are numbers *tolerated*: one more decides. */
export interface MetricSpec {
  readonly name: string;
  readonly type: 'http-json';
  readonly url: string;
  /** JSON pointer (RFC 6901) to the value. */
  readonly pointer: string;
  readonly samplesPointer: string | undefined;
  readonly minSamples: number;
  readonly allowPrivateNetwork: boolean;
  readonly timeoutMs: number;
  readonly failIf: Condition | undefined;
  readonly passIf: Condition | undefined;
  readonly failureLimit: number;
  readonly consecutiveErrorLimit: number;
  readonly inconclusiveLimit: number;
  readonly onNoData: OnNoData;
}

/** Metrics that are measured together. */
export interface AnalysisSpec {
  readonly name: string;
  readonly intervalMs: number;
  /** How often to measure; absent: as often as the interval fits into the bake, at least once. */
  readonly count: number | undefined;
  readonly metrics: readonly MetricSpec[];
}

export interface RolloutStep {
  /** Percent of traffic, 1 to 100. */
  readonly weight: number;
  readonly bakeMs: number;
  readonly analysis: readonly AnalysisSpec[];
}

export type OnFailure = 'rollback' | 'pause';
export type OnInconclusive = 'pause' | 'rollback' | 'continue';

/** A rollout as planned: valid, with every default filled in. */
export interface Rollout {
  /** Absent: nothing but the ledger's pointer file changes, and the user's own tool follows that. */
  readonly traffic: Traffic | undefined;
  readonly steps: readonly RolloutStep[];
  readonly analysis: readonly AnalysisSpec[];
  /** What the file says; the step's inputs decide where it is silent. */
  readonly onFailure: OnFailure | undefined;
  readonly onInconclusive: OnInconclusive | undefined;
}

/** The rollout of those who give no file: one step to 100 % through the ledger's pointer. */
export const DIRECT_ROLLOUT: Rollout = {
  traffic: undefined,
  steps: [{ weight: 100, bakeMs: 0, analysis: [] }],
  analysis: [],
  onFailure: undefined,
  onInconclusive: undefined,
};
