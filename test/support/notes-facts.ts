import { sha256 } from '../../actions/lib/digest.ts';
import type { Direction } from '../../actions/lib/documents/metrics.ts';
import type { NotesFacts } from '../../actions/lib/registry/release-notes.ts';
import type { MetricFact, VersionFacts } from '../../actions/lib/registry/version-facts.ts';

export const metric = (
  name: string,
  value: number,
  interval?: readonly [number, number],
  direction?: Direction,
): MetricFact => ({ name, value, interval: interval && { low: interval[0], high: interval[1] }, direction });

export const versionOf = (version: string, change: Partial<VersionFacts> = {}): VersionFacts => ({
  version,
  digest: sha256(version),
  omsRoot: sha256(`root of ${version}`),
  uri: `release:churn-v${version}/model.onnx`,
  commit: (version.replaceAll('.', '') + '0'.repeat(40)).slice(0, 40),
  registered: '2026-10-10T08:55:00Z',
  dataDigest: sha256(`data of ${version}`),
  files: [{ path: 'model.onnx', size: 12_345_678, sha256: sha256(version) }],
  metrics: [],
  evidence: [],
  approvers: [],
  cause: '',
  ...change,
});

/** Version 3.4.0 against 3.3.2, which serves production. */
export const notesFacts = (change: Partial<NotesFacts> = {}): NotesFacts => ({
  model: 'churn',
  candidate: versionOf('3.4.0'),
  serving: versionOf('3.3.2'),
  environment: 'production',
  repositoryUrl: 'https://github.com/octo/models',
  history: [],
  ...change,
});
