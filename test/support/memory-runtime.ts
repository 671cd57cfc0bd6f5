import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { sha256 } from '../../actions/lib/digest.ts';
import { ActionError } from '../../actions/lib/errors.ts';
import type { ArtifactOrigin, Artifacts, Upload, UploadRequest } from '../../actions/runtime/artifacts.ts';
import type { Cache } from '../../actions/runtime/caching.ts';
import { throwIfCancelled } from '../../actions/runtime/clock.ts';
import { systemCommands } from '../../actions/runtime/commands.ts';
import { composeRuntime } from '../../actions/runtime/compose-runtime.ts';
import { readContext } from '../../actions/runtime/context.ts';
import type { GitHub } from '../../actions/runtime/github/github.ts';
import { systemHttp } from '../../actions/runtime/http.ts';
import { createRedactor } from '../../actions/runtime/redaction.ts';
import type {
  Annotation,
  Clock,
  Commands,
  Http,
  Log,
  RunContext,
  Runtime,
} from '../../actions/runtime/runtime.ts';
import type { Sinks } from '../../actions/runtime/sinks.ts';
import { createWorkspace } from '../../actions/runtime/workspace.ts';

/** Where an action finds the parts that lie beside its bundle when it runs from source. */
const SOURCES = join(import.meta.dirname, '../../actions/validate-data');

/** What a step under test is given. */
export interface MemoryRuntimeOptions {
  /** Name of the action, for `source.action`; `test-action` if absent. */
  readonly action?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Files of the workspace by path: a text or bytes. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Folder whose content is copied into the workspace first, relative to `test/fixtures`. */
  readonly fixtures?: string;
  /** Anything of the context that differs from a run outside GitHub. */
  readonly context?: Partial<RunContext>;
  readonly github?: GitHub;
  readonly commands?: Commands;
  readonly http?: Http;
  /** Artifacts of this run that exist before the step: files by name of the artifact. */
  readonly artifacts?: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>>;
  /** `false`: there is no artifact service, as outside GitHub. */
  readonly artifactService?: boolean;
  /** Where the clock starts; it advances only by `sleep`. */
  readonly now?: number;
  readonly signal?: AbortSignal;
  /** What the cache holds, by key, then by path below the cached one; give one map to several runs. */
  readonly cached?: Map<string, ReadonlyMap<string, Uint8Array>>;
}

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'group' | 'progress';
  readonly message: string;
}

/** An artifact that was asked for. */
export interface Download {
  readonly name: string;
  readonly origin: ArtifactOrigin;
}

/** A runtime that keeps what a step says; its workspace is a real folder that `dispose` removes. */
export interface MemoryRuntime extends Runtime {
  readonly recorded: {
    readonly outputs: ReadonlyMap<string, string>;
    readonly annotations: readonly Annotation[];
    readonly log: readonly LogEntry[];
    readonly masked: readonly string[];
    readonly uploads: readonly UploadRequest[];
    readonly downloads: readonly Download[];
    /** All of the summary so far. */
    summary(): string;
    /** How long the step slept, wait by wait, in milliseconds. */
    readonly sleeps: readonly number[];
  };
  /** `await using` removes the workspace. */
  [Symbol.asyncDispose](): Promise<void>;
  dispose(): Promise<void>;
}

const FIXTURES = resolve(import.meta.dirname, '../fixtures');
const START = Date.parse('2026-01-15T12:00:00Z');

/** A runtime in memory over a fresh temporary folder. */
export async function memoryRuntime(options: MemoryRuntimeOptions = {}): Promise<MemoryRuntime> {
  const base = await mkdtemp(join(tmpdir(), 'mlops-test-'));
  const workspace = join(base, 'workspace');
  const temp = join(base, 'temp');
  await mkdir(workspace);
  await mkdir(temp);
  if (options.fixtures) await cp(join(FIXTURES, options.fixtures), workspace, { recursive: true });
  await writeFiles(workspace, options.files ?? {});

  const signal = options.signal ?? new AbortController().signal;
  const redactor = createRedactor();
  const redact = (text: string): string => redactor.redact(text);
  const record = {
    outputs: new Map<string, string>(),
    annotations: [] as Annotation[],
    log: [] as LogEntry[],
    masked: [] as string[],
    uploads: [] as UploadRequest[],
    downloads: [] as Download[],
    summaries: [] as string[],
    sleeps: [] as number[],
  };
  const sinks: Sinks = {
    log: recordingLog(record.log),
    annotate: (annotation) => record.annotations.push(annotation),
    output: (name, value) => record.outputs.set(name, value),
    summary: async (markdown) => {
      record.summaries.push(markdown);
    },
    mask: (secret) => record.masked.push(secret),
    close: async () => undefined,
  };
  const files = createWorkspace({ root: workspace, temp, redact, readable: [SOURCES] });
  const dispose = async (): Promise<void> => rm(base, { recursive: true, force: true });
  const env = { PATH: process.env['PATH'] };
  const runtime = composeRuntime({
    context: {
      ...readContext(options.action ?? 'test-action', {}, { cwd: workspace, actionPath: SOURCES }),
      workspace,
      temp,
      ...options.context,
    },
    input: (name) => options.inputs?.[name],
    sinks,
    redactor,
    files,
    clock: fakeClock(options.now ?? START, record.sleeps, signal),
    commands: options.commands ?? systemCommands({ cwd: workspace, env, redact, signal }),
    http: options.http ?? systemHttp(signal),
    signal,
    artifacts: async (self) => memoryArtifacts(self, options, record),
    cache: async () => memoryCache(files, options.cached ?? new Map()),
    github: async () => {
      if (options.github) return options.github;
      throw new ActionError('github-denied', 'the input github-token is empty');
    },
  });
  return {
    ...runtime,
    recorded: { ...record, summary: () => record.summaries.join('\n\n') },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

const recordingLog = (entries: LogEntry[]): Log => {
  const keep = (level: LogEntry['level']) => (message: string) => {
    entries.push({ level, message });
  };
  return {
    debug: keep('debug'),
    info: keep('info'),
    notice: keep('notice'),
    warning: keep('warning'),
    error: keep('error'),
    async group(title, work) {
      keep('group')(title);
      return work();
    },
    progress: (label, done, total) => keep('progress')(`${label} ${done}/${total}`),
  };
};

function fakeClock(start: number, sleeps: number[], signal: AbortSignal): Clock {
  let now = start;
  return {
    now: () => now,
    iso: () => new Date(now).toISOString(),
    async sleep(ms) {
      throwIfCancelled(signal);
      sleeps.push(ms);
      now += ms;
    },
  };
}

function memoryArtifacts(
  runtime: Runtime,
  options: MemoryRuntimeOptions,
  { uploads, downloads }: { uploads: UploadRequest[]; downloads: Download[] },
): Artifacts {
  const available = options.artifactService ?? true;
  const stored = new Map(Object.entries(options.artifacts ?? {}));
  return {
    available,
    async upload(request): Promise<Upload> {
      uploads.push(request);
      if (!available) return { kind: 'skipped', reason: 'there is no artifact service' };
      const files: Record<string, Uint8Array> = {};
      for (const path of request.files) files[path] = await runtime.files.read(join(request.root, path));
      stored.set(request.name, files);
      const bytes = Buffer.concat(Object.values(files));
      return { kind: 'uploaded', id: uploads.length, digest: sha256(bytes), sizeBytes: bytes.length };
    },
    async download(name, origin) {
      downloads.push({ name, origin });
      const files = stored.get(name);
      if (!files) throw new ActionError('not-found', `there is no artifact "${name}" in this run`);
      const folder = await runtime.files.temporaryFolder('artifact');
      await writeFiles(folder, files);
      return folder;
    },
  };
}

function memoryCache(files: Runtime['files'], stored: NonNullable<MemoryRuntimeOptions['cached']>): Cache {
  return {
    async restore(path, key) {
      const contents = stored.get(key);
      for (const [below, content] of contents ?? []) await files.write(join(path, below), content);
      return contents !== undefined;
    },
    async save(path, key) {
      const root = await files.resolve(path);
      const names = (await stat(root)).isFile() ? [''] : await readdir(root);
      const contents = new Map<string, Uint8Array>();
      for (const name of names) contents.set(name, await readFile(join(root, name)));
      stored.set(key, contents);
    },
    async keep(path, name) {
      stored.set(name, new Map([['', await files.read(path)]]));
    },
    async restoreNewest(path, prefix) {
      const content = [...stored].findLast(([name]) => name.startsWith(prefix))?.[1].get('');
      if (content !== undefined) await files.write(path, content);
      return content !== undefined;
    },
  };
}
