import type { LedgerEvent } from '../../lib/registry/events.ts';
import type { RunRecord } from '../workflow/run-record.ts';

/** Something that must be so after a scene, and what was found. */
export interface Expectation {
  readonly text: string;
  readonly met: boolean;
  readonly found: string;
}

export interface CheckView {
  readonly name: string;
  readonly conclusion: string;
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly {
    readonly path: string;
    readonly line: number;
    readonly level: string;
    readonly message: string;
  }[];
}

export interface PullRequestView {
  readonly number: number;
  readonly title: string;
  readonly branch: string;
  /** The actions' comments as Markdown, oldest first. */
  readonly comments: readonly string[];
  readonly checks: readonly CheckView[];
}

/** One act of the demo. */
export interface SceneRecord {
  readonly number: number;
  readonly title: string;
  /** What happens, for somebody who has never seen the project. */
  readonly story: string;
  /** The result in a few words, for the table at the end. */
  readonly outcome: string;
  readonly runs: readonly RunRecord[];
  readonly pullRequest: PullRequestView | undefined;
  readonly expectations: readonly Expectation[];
  readonly durationMs: number;
}

/** Production at one moment, as a visitor would measure it. */
export interface TrafficSample {
  /** Milliseconds since production got its first request. */
  readonly atMs: number;
  /** Percent of requests, by version. */
  readonly shares: Readonly<Record<string, number>>;
  /** Share of right answers among the latest labelled requests, 0 to 1; `null` before there are any. */
  readonly accuracy: number | null;
}

export interface DeploymentView {
  readonly id: number;
  readonly environment: string;
  readonly description: string;
  readonly states: readonly string[];
}

export interface IssueView {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly comments: readonly string[];
}

export interface UnpackedArtifact {
  readonly run: number;
  readonly name: string;
  readonly sizeBytes: number;
  readonly digest: string;
  /** Paths relative to the page. */
  readonly files: readonly string[];
}

/** A workflow that an action asked for, and the inputs it sent. */
export interface DispatchView {
  readonly workflow: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** Everything the demo shows. */
export interface DemoRecord {
  readonly started: string;
  readonly durationMs: number;
  readonly repository: string;
  readonly scenes: readonly SceneRecord[];
  readonly traffic: readonly TrafficSample[];
  readonly ledger: readonly LedgerEvent[];
  readonly deployments: readonly DeploymentView[];
  readonly issues: readonly IssueView[];
  readonly dispatches: readonly DispatchView[];
  readonly artifacts: readonly UnpackedArtifact[];
}
