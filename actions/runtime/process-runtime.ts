import { ActionError } from '../lib/errors.ts';
import type { Cache } from './caching.ts';
import { lingering, systemClock } from './clock.ts';
import { systemCommands } from './commands.ts';
import { composeRuntime } from './compose-runtime.ts';
import { type Environment, readContext } from './context.ts';
import { systemHttp } from './http.ts';
import { NO_CACHE } from './no-cache.ts';
import { redactPatterns } from './redact-patterns.ts';
import { createRedactor } from './redaction.ts';
import { type Ending, runAction } from './run-action.ts';
import type { Clock, InputSource, Main, Runtime } from './runtime.ts';
import type { Sinks } from './sinks.ts';
import { createWorkspace } from './workspace.ts';

/** Opens a cache, where there is a service for one. */
export type OpenCache = (runtime: Runtime, available: boolean) => Promise<Cache>;

/** The process a step runs in, as far as a step needs it. */
export interface StepProcess {
  readonly env: Environment;
  readonly cwd: string;
  /** Folder of the bundle. */
  readonly actionPath: string;
  /** Aborted when the step is cancelled. */
  readonly signal: AbortSignal;
  /** What keeps results for later runs; absent for actions that never compute anything twice. */
  readonly cache?: OpenCache;
}

/** What differs between a step on GitHub and one on the user's own machine. */
export interface StepSurroundings {
  readonly input: InputSource;
  readonly sinks: (clock: Clock) => Sinks;
  /** Values that must not leave the process, besides those with a telling name in the environment. */
  readonly secrets: readonly string[];
  /** What to do where there is no token: how the message ends. */
  readonly tokenAdvice: string;
}

/** Runs a step on this machine to its end and closes what it opened. @throws what reading the surroundings may throw */
export async function runStep(
  action: string,
  main: Main,
  step: StepProcess,
  surroundings: StepSurroundings,
): Promise<Ending> {
  const { env, signal } = step;
  const { input } = surroundings;
  const redactor = createRedactor(await redactPatterns(env['MLOPS_REDACT_PATTERNS'] ?? ''));
  for (const secret of [...secretsIn(env), ...surroundings.secrets]) redactor.add(secret);
  const redact = (text: string): string => redactor.redact(text);
  const context = readContext(action, env, step);
  const clock = systemClock(signal);
  const sinks = surroundings.sinks(clock);
  const files = createWorkspace({
    root: context.workspace,
    temp: context.temp,
    readable: [context.actionPath],
    redact,
  });
  const token = (): string => input('github-token')?.trim() ?? '';
  const runtime = composeRuntime({
    context,
    input,
    sinks,
    redactor,
    files,
    clock,
    commands: systemCommands({ cwd: context.workspace, env, redact, signal }),
    http: systemHttp(signal),
    signal,
    // Each of these brings in a large library: loaded by the steps that use it and by no other.
    artifacts: async (self) => {
      const { actionsArtifacts } = await import('./artifact-client.ts');
      return actionsArtifacts(self, { available: Boolean(env['ACTIONS_RESULTS_URL']), token: token() });
    },
    cache: async (self) =>
      step.cache?.(self, Boolean(env['ACTIONS_RESULTS_URL'] || env['ACTIONS_CACHE_URL'])) ?? NO_CACHE,
    github: async () => {
      if (token() === '') throw new ActionError('github-denied', `${NO_TOKEN}; ${surroundings.tokenAdvice}`);
      if (context.owner === '') throw new ActionError('github-denied', NO_REPOSITORY);
      const { createGitHub } = await import('./github/create-github.ts');
      const lastWords = lingering(signal, LAST_WORDS_MS);
      return createGitHub({
        context,
        token: token(),
        clock: systemClock(lastWords),
        log: runtime.log,
        redact,
        signal: lastWords,
      });
    },
  });
  try {
    return await runAction(main, runtime);
  } finally {
    await sinks.close();
    await files.removeTemporaryFolders();
  }
}

/** Of the 7.5 s the runner gives a cancelled step, what GitHub may still be told in. */
const LAST_WORDS_MS = 4_000;

const NO_TOKEN = 'the input github-token is empty, so nothing can be read from or written to GitHub';
const NO_REPOSITORY = 'GITHUB_REPOSITORY is not set, so there is no repository on GitHub to work with';

const OURS = /^(INPUT_.*(TOKEN|SECRET|PASSWORD|API-KEY)|ACTIONS_.*TOKEN|GITHUB_TOKEN|GH_TOKEN)$/i;
/** What users give to hooks, traffic drivers and metrics with `env:`, whose output may repeat it. */
const TELLING = /(^|_)(TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i;
/** Of variables that are not ours: a shorter value, such as `true`, is a setting. */
const SHORTEST = 8;

/** Values of the environment that are credentials by their names. */
const secretsIn = (env: Environment): readonly string[] =>
  Object.entries(env).flatMap(([name, value = '']) =>
    OURS.test(name) || (TELLING.test(name) && value.trim().length >= SHORTEST) ? [value] : [],
  );
