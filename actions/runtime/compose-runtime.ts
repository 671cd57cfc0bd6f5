import type { Artifacts } from './artifacts.ts';
import type { Cache } from './caching.ts';
import type { GitHub } from './github/github.ts';
import type { Redactor } from './redaction.ts';
import type { Clock, Commands, Http, InputSource, Log, RunContext, Runtime, Workspace } from './runtime.ts';
import type { Sinks } from './sinks.ts';

/** What a runtime is made of. The three runtimes differ in these parts and in nothing else. */
export interface RuntimeParts {
  readonly context: RunContext;
  readonly input: InputSource;
  readonly sinks: Sinks;
  readonly redactor: Redactor;
  readonly files: Workspace;
  readonly clock: Clock;
  readonly commands: Commands;
  readonly http: Http;
  readonly signal: AbortSignal;
  readonly artifacts: (runtime: Runtime) => Promise<Artifacts>;
  readonly cache: (runtime: Runtime) => Promise<Cache>;
  readonly github: () => Promise<GitHub>;
}

/** A runtime whose every sink redacts: nothing an action says leaves the process with a secret in it. */
export function composeRuntime(parts: RuntimeParts): Runtime {
  const { sinks, redactor } = parts;
  const redact = (text: string): string => redactor.redact(text);
  const github = once(parts.github);
  const artifacts = once(() => parts.artifacts(runtime));
  const cache = once(() => parts.cache(runtime));
  const runtime: Runtime = {
    context: parts.context,
    input: parts.input,
    files: parts.files,
    clock: parts.clock,
    commands: parts.commands,
    http: parts.http,
    signal: parts.signal,
    log: redactedLog(sinks.log, redact),
    output: (name, value) => sinks.output(name, redact(value)),
    annotate: (annotation) =>
      sinks.annotate({
        ...annotation,
        message: redact(annotation.message),
        ...(annotation.title === undefined ? {} : { title: redact(annotation.title) }),
        ...(annotation.file === undefined ? {} : { file: redact(annotation.file) }),
      }),
    summary: (markdown) => sinks.summary(redact(markdown)),
    secret: (value) => {
      redactor.add(value);
      sinks.mask(value);
    },
    redact,
    artifacts,
    cache,
    github,
  };
  return runtime;
}

/** Makes a part at its first use; a failure is not kept, so that a later use may try again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

const redactedLog = (log: Log, redact: (text: string) => string): Log => ({
  debug: (message) => log.debug(redact(message)),
  info: (message) => log.info(redact(message)),
  notice: (message) => log.notice(redact(message)),
  warning: (message) => log.warning(redact(message)),
  error: (message) => log.error(redact(message)),
  group: (title, work) => log.group(redact(title), work),
  progress: (label, done, total) => log.progress(redact(label), done, total),
});
