import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { GitHubService } from '../../actions/local/services/github/start-github.ts';
import { startTestGitHub } from '../support/github.ts';
import type { BareRepository } from '../support/memory-repository.ts';
import { type MemoryRuntime, memoryRuntime } from '../support/memory-runtime.ts';
import { gateFor } from '../support/registry.ts';
import { type ActorName, ENVIRONMENT, MODEL, Stage } from '../support/registry-model-actors.ts';
import { ModelWorld, START } from '../support/registry-model-world.ts';

// Git objects in memory: what is tested here is not git, and its processes take most of the time.
vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

const SEED = Number(process.env['MLOPS_TEST_SEED'] ?? 20_261_127);
const RUNS = Number(
  process.env['MLOPS_TEST_RUNS'] ?? (process.env['MLOPS_TEST_EVERY_MOMENT'] === '1' ? 20_000 : 500),
);
const HOUR = 3_600_000;

const rollout = (first: string) => `version: 1
traffic:
  driver: webhook
  webhook: { url: "https://router.example.org", read-url: "https://router.example.org", secret-env: ROUTER_SECRET }
  settle: 5s
steps: [${first}, { weight: 50 }, { weight: 100 }]
`;
const FILES = { 'quick.yml': rollout('{ weight: 10 }'), 'slow.yml': rollout('{ weight: 10, bake: 1h }') };

interface Scene {
  readonly repository: BareRepository;
  readonly weights: Readonly<Record<string, number>>;
  readonly now: number;
}

let service: GitHubService;
let base: MemoryRuntime;
/** 0.0.1 serves, 0.0.2 and 0.0.3 are registered. */
let calm: Scene;
/** Beside that, 0.0.3 has served before, 0.0.2 has a tenth of the traffic, and its bake is over. */
let due: Scene;

async function sceneOf(
  ...promoted: readonly { readonly version: string; readonly rollout: string }[]
): Promise<Scene> {
  const world = await ModelWorld.on(service, { model: MODEL, environment: ENVIRONMENT });
  const step = async (inputs: Readonly<Record<string, string>>, bytes?: string) => {
    const files =
      bytes === undefined ? FILES : { ...FILES, 'model.onnx': bytes, 'gate.json': gateFor(bytes) };
    const given = bytes === undefined ? {} : { model: 'model.onnx', evidence: 'gate.json' };
    const all = { deployments: 'off', ...given, ...inputs };
    const ended = await world.step({
      action: 'promote-model',
      inputs: all,
      files,
      run: ++world.runs,
      now: START,
    });
    if (ended.verdict !== 'pass') throw new Error(ended.message);
  };
  for (const bytes of ['one', 'two', 'three']) await step({ operation: 'register' }, bytes);
  for (const one of promoted) await step(one);
  return { repository: world.repository, weights: world.router.weights, now: START + 2 * HOUR };
}

beforeAll(async () => {
  service = await startTestGitHub();
  base = await memoryRuntime({ files: FILES });
  const first = { version: '0.0.1', rollout: 'quick.yml' };
  calm = await sceneOf(first);
  due = await sceneOf({ version: '0.0.3', rollout: 'quick.yml' }, first, {
    version: '0.0.2',
    rollout: 'slow.yml',
  });
});
afterAll(async () => {
  await base.dispose();
  await service.close();
});

/** What must be so whatever the order was. */
async function problemsOf(stage: Stage, fenced: boolean): Promise<readonly string[]> {
  const { events, environment } = await stage.end();
  const { weights, changes } = stage;
  const open = ['running', 'paused', 'rolling-back'].includes(environment.rollout?.phase ?? '')
    ? environment.rollout
    : null;
  const goesBack = (fences: readonly number[]) => fences.some((fence, at) => fence < (fences[at - 1] ?? 0));
  const share = (version: string | null | undefined) => weights[version ?? ''] ?? 0;
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  const stays = [
    open?.weight ?? 0,
    ...[10, 50, 100].filter((weight) => weight > (open?.weight ?? 0)).slice(0, 1),
  ];
  return [
    ...stage.problems,
    ...(goesBack(events.flatMap(({ fence }) => fence ?? []))
      ? ['an event was recorded under a fence that was passed']
      : []),
    ...(fenced && goesBack(changes.map(({ fence }) => fence))
      ? ['the router took a fence that was passed']
      : []),
    ...(sum === 100 ? [] : [`the shares add up to ${sum}`]),
    ...(environment.lease === null ? [] : ['the environment was not given free']),
    ...(open === null && share(environment.current) !== 100
      ? [`${environment.current} serves by the ledger, and has ${share(environment.current)} %`]
      : []),
    ...(open !== null && open.phase !== 'paused' ? [`the rollout was left ${open.phase}`] : []),
    // A change that was on its way when somebody paused may still arrive; nothing after it.
    ...(open !== null && !stays.includes(share(open.version))
      ? [`paused at ${open.weight} %, but ${open.version} has ${share(open.version)} %`]
      : []),
  ];
}

/** Who acts, and who begins once a change of traffic is on its way. */
interface Cast {
  readonly actors: readonly ActorName[];
  readonly late?: readonly ActorName[];
}

const property = (
  scene: () => Scene,
  casts: fc.Arbitrary<Cast>,
  router: { readonly fenced: boolean; readonly swift: boolean; readonly freezes: boolean },
) =>
  fc.asyncProperty(fc.scheduler(), casts, fc.boolean(), async (scheduler, { actors, late }, freezes) => {
    const stage = new Stage(scheduler, scene(), base, router);
    await stage.play(actors, freezes && router.freezes, late);
    const problems = await problemsOf(stage, router.fenced);
    if (problems.length > 0) throw new Error([...problems, ...stage.told].join('\n'));
  });

const some = (...names: readonly ActorName[]) =>
  fc.shuffledSubarray([...names], { minLength: 2, maxLength: 3 }).map((actors): Cast => ({ actors }));
/** Somebody pushes a tick aside whose change of traffic is on its way. */
const pushedAside = fc
  .constantFrom<ActorName>('rolls back', 'aborts')
  .map((name): Cast => ({ actors: ['ticks'], late: [name] }));
const options = (part: number) => ({ seed: SEED, numRuns: Math.ceil(RUNS / part) });

test('however runs cross on a calm environment, one version serves, as the last of them wanted', async () => {
  const cast = some('promotes 0.0.2', 'promotes 0.0.3', 'rolls back', 'aborts', 'pauses');
  await fc.assert(
    property(() => calm, cast, { fenced: true, swift: false, freezes: true }),
    options(3),
  );
}, 3_600_000);

test('however runs cross on a rollout under way, one version serves, as the last of them wanted', async () => {
  const cast = some(
    'ticks',
    'ticks too',
    'promotes 0.0.3',
    'rolls back',
    'rolls back too',
    'aborts',
    'pauses',
  );
  await fc.assert(
    property(() => due, cast, { fenced: true, swift: false, freezes: true }),
    options(3),
  );
}, 3_600_000);

test('with a router that knows no fences, the way back says its wish again, and is the last to say it', async () => {
  await fc.assert(
    property(() => due, pushedAside, { fenced: false, swift: true, freezes: false }),
    options(3),
  );
}, 3_600_000);

test('a router that takes any fence, however late it comes, is found out', async () => {
  const untold = property(() => due, pushedAside, { fenced: false, swift: false, freezes: true });
  const found = await fc.check(untold, { seed: SEED, numRuns: 1_000, endOnFailure: true });
  expect(found.failed).toBe(true);
}, 3_600_000);
