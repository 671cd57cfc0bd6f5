import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ActionError, errorMessage } from '../../lib/errors.ts';
import type { DemoRecord, SceneRecord } from './demo-record.ts';
import { Expectations } from './expectations.ts';
import { Progress } from './progress.ts';
import { betterModel } from './scenes/better-model.ts';
import { degradation } from './scenes/degradation.ts';
import { firstRelease } from './scenes/first-release.ts';
import { release } from './scenes/release.ts';
import type { Scene } from './scenes/scene.ts';
import { worseModel } from './scenes/worse-model.ts';
import { openStage, REPOSITORY, type Stage } from './stage.ts';
import { unpackArtifacts } from './unpack-artifacts.ts';
import { writePages } from './write-pages.ts';

/** In the order they are played; the first sets the scene and has number 0. */
const SCENES: readonly Scene[] = [firstRelease, betterModel, worseModel, release, degradation];

const MARKER = 'made-by-mlops-demo';

const USAGE = `npm run demo -- [--state FOLDER] [--from-source]

  --state FOLDER   where everything is kept; emptied first (default .mlops-local/demo)
  --from-source    run the actions' sources instead of their bundles`;

const OPTIONS = {
  state: { type: 'string', default: '.mlops-local/demo' },
  'from-source': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/**
 * Plays the demo: a model goes from pull request to production and back, through the example workflows.
 *
 * @returns 0 when all is as expected, 1 when not, 2 for flags it does not know
 */
export async function runDemo(argv: readonly string[]): Promise<number> {
  let folder: string;
  let fromSource: boolean;
  try {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS });
    if (values.help) {
      console.log(USAGE);
      return 0;
    }
    fromSource = values['from-source'];
    folder = resolve(values.state);
    emptyFolder(folder);
  } catch (error) {
    console.error(`${errorMessage(error)}\n\n${USAGE}`);
    return 2;
  }
  const demo = await playAll(folder, fromSource);
  return demo.scenes.every(({ expectations }) => expectations.every(({ met }) => met)) ? 0 : 1;
}

/** Plays every scene, writes the pages, and tells the terminal. */
export async function playAll(folder: string, fromSource: boolean): Promise<DemoRecord> {
  const progress = new Progress(console.log);
  const started = new Date();
  const stage = await openStage({ folder, fromSource, onEvent: (event) => progress.event(event) });
  try {
    const scenes: SceneRecord[] = [];
    for (const [number, scene] of SCENES.entries()) {
      progress.scene(number, SCENES.length - 1, scene.title, scene.story);
      scenes.push(await playScene(stage, number, scene, progress));
    }
    const durationMs = Date.now() - started.getTime();
    const demo = await collect(stage, folder, { started: started.toISOString(), durationMs, scenes });
    progress.end(demo, writePages(folder, demo));
    return demo;
  } finally {
    await stage.close();
  }
}

async function playScene(
  stage: Stage,
  number: number,
  scene: Scene,
  progress: Progress,
): Promise<SceneRecord> {
  const start = Date.now();
  const expect = new Expectations((expectation) => progress.expectation(expectation));
  const { runs, pullRequest, ...played } = await scene.play(stage, expect);
  const { title, story } = scene;
  const outcome = expect.all.every(({ met }) => met) ? played.outcome : 'not as expected';
  const durationMs = Date.now() - start;
  return { number, title, story, outcome, runs, pullRequest, expectations: expect.all, durationMs };
}

async function collect(
  stage: Stage,
  folder: string,
  played: Pick<DemoRecord, 'started' | 'durationMs' | 'scenes'>,
): Promise<DemoRecord> {
  return {
    ...played,
    repository: REPOSITORY,
    traffic: stage.traffic.samples,
    ledger: await stage.ledger.events(),
    deployments: stage.state.deployments(),
    issues: await stage.state.issues('mlops-incident'),
    dispatches: stage.dispatches(),
    artifacts: await unpackArtifacts(
      folder,
      played.scenes.flatMap(({ runs }) => runs),
    ),
  };
}

/** Only a folder that an earlier demo made, or an empty one, is emptied. */
function emptyFolder(folder: string): void {
  const marker = join(folder, MARKER);
  if (existsSync(folder) && !existsSync(marker) && readdirSync(folder).length > 0)
    throw new ActionError(
      'invalid-input',
      `--state ${folder}: the folder holds what no demo made; name another one`,
    );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(marker, 'This folder is emptied by the next demo.\n');
}
