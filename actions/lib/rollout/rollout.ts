import type { Condition } from './condition.ts';
import type { Traffic } from './traffic.ts';

/** What a measurement without a value counts as; `wait`: as nothing. */
export type OnNoData = 'inconclusive' | 'fail' | 'pass' | 'wait';

/** Headers by name; values may hold `${env.NAME}`, filled in from the environment of the step and kept secret. */
export type HeaderTemplates = Readonly<Record<string, string>>;

/** How an address is asked. Addresses and headers are templates. */
export interface HttpTarget {
  readonly url: string;
  readonly headers: HeaderTemplates;
  readonly allowPrivateNetwork: boolean;
  readonly timeoutMs: number;
}

/** Where a number comes from. New sources are new members here and in the runtime's catalog. */
export type MetricSource =
  | (HttpTarget & {
      readonly type: 'http-json';
      readonly method: 'GET' | 'POST';
      /** JSON that is sent, as a template; a GET has none. */
      readonly body: string | undefined;
      /** JSON pointer (RFC 6901) to the value. */
      readonly pointer: string;
      readonly samplesPointer: string | undefined;
    })
  | (HttpTarget & {
      /** Prometheus' HTTP API; `url` is its base. */
      readonly type: 'prometheus';
      readonly query: string;
      /** What the value is a part of: then the metric is the ratio of both, and this is its number of samples. */
      readonly totalQuery: string | undefined;
      readonly samplesQuery: string | undefined;
    })
  | {
      /** A program that prints JSON. Exit 0: the conditions decide; 3: inconclusive; else: an error. */
      readonly type: 'command';
      readonly argv: readonly string[];
      readonly pointer: string;
      readonly samplesPointer: string | undefined;
      readonly timeoutMs: number;
    }
  | {
      /** A document of validate-data, evaluate-model or gate-metrics, in our grammar of locations. */
      readonly type: 'artifact';
      readonly location: string;
      /** A number in it; absent: its verdict decides. */
      readonly pointer: string | undefined;
      readonly maxAgeMs: number;
    };

/** Holds the candidate against what served before, measured in the same way at the same time. */
export type Comparison =
  /** The candidate's rate is higher than the stable one's by more than `maxIncrease`, at this confidence. Needs counts. */
  | { readonly test: 'two-proportion'; readonly confidence: number; readonly maxIncrease: number }
  /** The candidate's value is more than `maxRatio` times the stable one's. */
  | { readonly test: 'ratio'; readonly maxRatio: number };

/** One number that is watched during a step. Limits are numbers *tolerated*: one more decides. */
export interface MetricSpec {
  readonly name: string;
  readonly source: MetricSource;
  readonly failIf: Condition | undefined;
  readonly passIf: Condition | undefined;
  readonly compare: Comparison | undefined;
  /** `warn`: measured and reported, never blocks. */
  readonly severity: 'error' | 'warn';
  readonly minSamples: number;
  /** How long a bake may be extended for want of samples, counted from its start. */
  readonly maxBakeMs: number | undefined;
  readonly failureLimit: number;
  readonly consecutiveErrorLimit: number;
  readonly inconclusiveLimit: number;
  /** How many measurements in a row must have passed at the end of a bake; 1: the newest one. */
  readonly consecutiveSuccess: number;
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

export interface TrafficStep {
  readonly kind: 'traffic';
  /** Percent of traffic that the version answers, 1 to 100; 0 for a step that only mirrors. */
  readonly weight: number;
  /** Percent of requests that the version gets a copy of without answering them; 0 for none. */
  readonly shadow: number;
  readonly bakeMs: number;
  readonly analysis: readonly AnalysisSpec[];
}

/** Goes on when somebody has approved it: a job behind a GitHub environment with reviewers runs `operation: approve`. */
export interface ApprovalStep {
  readonly kind: 'approval';
  /** The GitHub environment whose reviewers approve; for messages. */
  readonly environment: string;
}

export type RolloutStep = TrafficStep | ApprovalStep;

/** Something that must hold before the first request reaches the version. */
export type PreflightCheck = { readonly name: string } & (
  | { readonly kind: 'command'; readonly argv: readonly string[]; readonly timeoutMs: number }
  | (HttpTarget & {
      readonly kind: 'http';
      readonly method: 'GET' | 'POST';
      /** File in the workspace that is sent. */
      readonly bodyFile: string | undefined;
      readonly status: number;
      readonly maxLatencyMs: number | undefined;
      readonly pointer: string | undefined;
      /** Least and greatest value at `pointer`. */
      readonly between: readonly [number, number] | undefined;
    })
);

export type OnFailure = 'rollback' | 'pause';
export type OnInconclusive = 'pause' | 'rollback' | 'continue';

/** A rollout as planned: valid, with every default filled in. */
export interface Rollout {
  /** What the file is for, where it says so; another model or environment is then refused. */
  readonly model: string | undefined;
  readonly environment: string | undefined;
  /** From the request to the end; after that the rollout pauses. */
  readonly deadlineMs: number | undefined;
  readonly preflight: readonly PreflightCheck[];
  /** Absent: nothing but the ledger's pointer file changes, and the user's own tool follows that. */
  readonly traffic: Traffic | undefined;
  readonly steps: readonly RolloutStep[];
  readonly analysis: readonly AnalysisSpec[];
  /** What the file says; the step's inputs decide where it is silent. */
  readonly onFailure: OnFailure | undefined;
  readonly onInconclusive: OnInconclusive | undefined;
  /** How long after completion the version before should stay ready to serve; written into the pointer file. */
  readonly keepPreviousWarmMs: number;
}

/** The rollout of those who give no file: one step to 100 % through the ledger's pointer. */
export const DIRECT_ROLLOUT: Rollout = {
  model: undefined,
  environment: undefined,
  deadlineMs: undefined,
  preflight: [],
  traffic: undefined,
  steps: [{ kind: 'traffic', weight: 100, shadow: 0, bakeMs: 0, analysis: [] }],
  analysis: [],
  onFailure: undefined,
  onInconclusive: undefined,
  keepPreviousWarmMs: 0,
};
