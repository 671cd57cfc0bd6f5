import { sha256 } from '../../actions/lib/digest.ts';
import { manifestDigest } from '../../actions/lib/manifest.ts';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { main as promoteMain } from '../../actions/promote-model/main.ts';
import { main as rollbackMain } from '../../actions/rollback/main.ts';
import type { GitHub } from '../../actions/runtime/github/github.ts';
import type { Http, Outcome, RunContext } from '../../actions/runtime/runtime.ts';
import { clientOf, contextOf } from './github.ts';
import { type MemoryRuntime, memoryRuntime } from './memory-runtime.ts';

/** The digest a single file `model.onnx` of this content gets. */
export const modelDigest = (content: string) =>
  manifestDigest([{ path: 'model.onnx', size: Buffer.byteLength(content), sha256: sha256(content) }]);

/** A gate document that speaks for a model. */
export function gateFor(
  content: string,
  change: Readonly<Record<string, unknown>> = {},
  created = '2026-01-15T11:00:00Z',
): string {
  const digest = sha256('policy');
  return JSON.stringify({
    schema: 'mlops-actions/gate/v1',
    created,
    // Made outside of any run, so that nobody is asked where it comes from.
    source: { ...contextOf('').source, run: 0, action: 'gate-metrics@0.1.0' },
    subjects: [
      { role: 'model', name: 'model.onnx', digest: modelDigest(content) },
      { role: 'data', name: 'test.csv', digest: sha256('test data') },
    ],
    verdict: 'pass',
    candidate: { location: 'metrics.json', digest, commit: '' },
    baseline: null,
    namedBaselines: {},
    policy: { path: '', ref: '', commit: '', digest, inlineGates: 1 },
    multiplicity: {
      required: 'none',
      requiredTests: 0,
      exploratory: 'benjamini-hochberg',
      exploratoryTests: 0,
    },
    settings: { confidence: 0.95, onInconclusive: 'point', onNoBaseline: 'warn', resamples: 100, seed: 1 },
    gates: [
      {
        id: 'accuracy',
        metric: 'accuracy',
        severity: 'error',
        outcome: 'block',
        exploratory: false,
        status: 'pass',
        verdict: 'pass',
        candidate: 0.9,
        baseline: null,
        allowed: '>= 0.8',
        reason: '0.9 is enough',
      },
    ],
    guards: [],
    waivers: [],
    outcomes: [],
    trends: [],
    report: { primary: [], changedRows: 0, mentionOnFail: [] },
    notes: [],
    ...change,
  });
}

export interface StepOptions {
  readonly service: GitHubService;
  readonly action?: 'promote-model' | 'rollback';
  readonly inputs?: Readonly<Record<string, string>>;
  /** Content of `model.onnx`; a gate document about it is put beside it. */
  readonly model?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly run?: number;
  readonly attempt?: number;
  readonly context?: Partial<RunContext>;
  readonly now?: number;
  readonly signal?: AbortSignal;
  readonly http?: Http;
  /** What the cache holds, by key; give one map to several steps. */
  readonly cached?: Map<string, ReadonlyMap<string, Uint8Array>>;
  /** Changes the client, for example to let it die in the middle. */
  readonly wrap?: (github: GitHub) => GitHub;
}

/** A step that has ended, with what it said; `error` when it could not decide. */
export interface EndedStep {
  readonly runtime: MemoryRuntime;
  readonly outcome: Outcome | undefined;
  readonly error: unknown;
  output(name: string): string | undefined;
  document(): Promise<Record<string, unknown>>;
}

/** Runs promote-model or rollback from its source, against a local GitHub. */
export async function runRegistryStep(options: StepOptions): Promise<EndedStep> {
  const { service, action = 'promote-model', model } = options;
  const commit = (await service.remote.resolve('refs/heads/main')) ?? '';
  const base = contextOf(service.url);
  const context = {
    ...base,
    source: { ...base.source, commit, run: options.run ?? 7, attempt: options.attempt ?? 1 },
    ...options.context,
  };
  // No test here is about silence, and many steps at once on a busy machine may wait long for git.
  const client = clientOf(service, { limits: { silenceMs: 20_000 } });
  const runtime = await memoryRuntime({
    action,
    context,
    github: options.wrap?.(client) ?? client,
    ...(options.http === undefined ? {} : { http: options.http }),
    ...(options.cached === undefined ? {} : { cached: options.cached }),
    ...(options.now === undefined ? {} : { now: options.now }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    files: {
      ...(model === undefined ? {} : { 'model.onnx': model, 'gate.json': gateFor(model) }),
      ...options.files,
    },
    inputs: {
      'model-name': 'churn',
      // See gateFor.
      ...(action === 'promote-model' ? { 'evidence-outside-runs': 'true' } : {}),
      ...(action === 'rollback' ? { reason: 'it is worse' } : {}),
      ...(model === undefined ? {} : { model: 'model.onnx', evidence: 'gate.json' }),
      ...options.inputs,
    },
  });
  const step = { runtime, output: (name: string) => runtime.recorded.outputs.get(name) };
  const document = async () =>
    JSON.parse(
      await runtime.files.readText(
        action === 'rollback' ? 'mlops/rollback/rollback.json' : 'mlops/promote-model/promotion.json',
      ),
    );
  try {
    const outcome = await (action === 'rollback' ? rollbackMain : promoteMain)(runtime);
    return { ...step, document, outcome, error: undefined };
  } catch (error) {
    return { ...step, document, outcome: undefined, error };
  }
}

/** A file of the ledger's branch, `undefined` if it is not there. */
export async function ledgerFile(service: GitHubService, path: string): Promise<string | undefined> {
  const sha = await service.remote.resolve(`refs/heads/mlops-registry:${path}`);
  return sha === undefined ? undefined : (await service.remote.read(sha, 'blob')).toString();
}

/** The types of all events of a model, in order, with the numbers checked for gaps by the caller. */
export async function ledgerEvents(
  service: GitHubService,
  model = 'churn',
): Promise<
  readonly { readonly seq: number; readonly id: string; readonly type: string; readonly version?: string }[]
> {
  const state = JSON.parse((await ledgerFile(service, `models/${model}/state.json`)) ?? '{"months":[]}');
  const events = [];
  for (const month of state.months)
    for (const line of ((await ledgerFile(service, `models/${model}/events/${month}.jsonl`)) ?? '')
      .trim()
      .split('\n'))
      events.push(JSON.parse(line));
  return events;
}
