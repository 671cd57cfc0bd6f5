import type { Source } from '../lib/documents/envelope.ts';
import type { ByteSource } from '../lib/tabular/table.ts';
import type { FailOn, Verdict } from '../lib/verdict.ts';
import type { Artifacts } from './artifacts.ts';
import type { Cache } from './caching.ts';
import type { GitHub } from './github/github.ts';

/** Reads one input by its kebab-case name; `undefined` when it was not given. */
export type InputSource = (name: string) => string | undefined;

/** Everything an action may ask of the machine it runs on. Three of them exist: GitHub, local, memory. */
export interface Runtime {
  readonly context: RunContext;
  readonly input: InputSource;
  readonly log: Log;
  readonly files: Workspace;
  readonly clock: Clock;
  readonly commands: Commands;
  readonly http: Http;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  /** Sets an output of the step. Names are fixed in `action.yml`, never taken from data. */
  output(name: string, value: string): void;
  /** Puts a message on a line of a file; the runtime keeps within the runner's limits and counts the rest. */
  annotate(annotation: Annotation): void;
  /** Adds Markdown to the job summary, cut at the platform's limit with a pointer to the report in the artifact. */
  summary(markdown: string): Promise<void>;
  /** Keeps a value out of everything that leaves the process: log, documents, comments, webhooks. */
  secret(value: string): void;
  /** The text without secrets; applied by the runtime itself to every sink, here for callers that build bodies. */
  redact(text: string): string;
  /** Artifact upload and download; degrades with one notice where there is no artifact service. */
  artifacts(): Promise<Artifacts>;
  /** What earlier runs computed; never holds anything where there is no cache service. */
  cache(): Promise<Cache>;
  /** GitHub's REST API, or an `ActionError` of code `github-denied` that names what is missing. */
  github(): Promise<GitHub>;
}

/** What an action's `main` hands back. `runAction` turns it into the `verdict` output and the exit status. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly failOn: FailOn;
  /** One sentence: the verdict and its first reason. */
  readonly message: string;
}

export type Main = (runtime: Runtime) => Promise<Outcome>;

/** The run as GitHub describes it; empty texts, `0` and `undefined` outside GitHub. */
export interface RunContext {
  readonly source: Source;
  readonly owner: string;
  readonly repo: string;
  /** `pull_request`, `push`, `schedule`, `workflow_dispatch`, …; empty outside GitHub. */
  readonly event: string;
  /** The event's payload, unvalidated: read it with care. */
  readonly payload: Readonly<Record<string, unknown>>;
  readonly pullRequest: PullRequest | undefined;
  readonly defaultBranch: string;
  readonly actor: string;
  readonly job: string;
  /** Name of the runner: what the legs of a matrix, which share the job's name, do not share. */
  readonly runner: string;
  /** Web address of this run; empty outside GitHub. */
  readonly runUrl: string;
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly workspace: string;
  /** The runner's temporary folder. */
  readonly temp: string;
  /** The action's own folder, where files shipped beside the bundle lie. */
  readonly actionPath: string;
}

export interface PullRequest {
  readonly number: number;
  readonly headSha: string;
  readonly baseSha: string;
  readonly baseRef: string;
  /** The head lies in another repository: the token can only read. */
  readonly fromFork: boolean;
  readonly labels: readonly string[];
}

export interface Log {
  debug(message: string): void;
  info(message: string): void;
  notice(message: string): void;
  warning(message: string): void;
  error(message: string): void;
  /** Folds the lines that `work` logs under a title. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** Progress of long work, at most once a second. `total` 0 when unknown. */
  progress(label: string, done: number, total: number): void;
}

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly title?: string;
  /** Path relative to the workspace. */
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly column?: number;
}

/** Files inside the workspace and the runner's temporary folder, and nowhere else. Paths are relative to the workspace or absolute. */
export interface Workspace {
  /** The path in the file system. @throws ActionError outside-workspace */
  resolve(path: string): Promise<string>;
  /** Whole file, at most `limit` bytes (default 64 MiB). @throws ActionError not-found, limit-exceeded */
  read(path: string, limit?: number): Promise<Uint8Array>;
  readText(path: string, limit?: number): Promise<string>;
  exists(path: string): Promise<boolean>;
  /** Random and sequential access without loading the file. */
  open(path: string): Promise<ByteSource>;
  /** Regular files that match, sorted, relative to the workspace (`/` on every system). A folder means the files in it. */
  glob(pattern: string): Promise<readonly string[]>;
  /** Writes through a temporary file and a rename; makes folders as needed; text is redacted. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Removes a file, if it is there. */
  remove(path: string): Promise<void>;
  /** A new empty folder below the runner's temporary folder, removed at the end of the step. */
  temporaryFolder(label: string): Promise<string>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Now as ISO 8601, UTC. */
  iso(): string;
  /** Waits; ends early with an `ActionError` of code `cancelled` when the run is cancelled. */
  sleep(ms: number): Promise<void>;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface Commands {
  /**
   * Runs a program without a shell; its output is redacted and capped at 1 MiB a stream.
   * On timeout or cancellation the whole process group gets SIGTERM and, 5 s later, SIGKILL.
   */
  run(
    argv: readonly string[],
    options: {
      readonly env?: Readonly<Record<string, string>>;
      readonly timeoutMs: number;
      readonly stdin?: string;
      /** Which part of a stream beyond the cap is kept: `beginning` if absent. */
      readonly keep?: 'beginning' | 'end';
    },
  ): Promise<CommandResult>;
}

export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** A text, or a file that is sent as a stream. */
  readonly body?: string | Pick<ByteSource, 'size' | 'stream'>;
  /** For the whole exchange; one that sends or receives a large file needs the time for it. */
  readonly timeoutMs: number;
  /** Permit `http:` and addresses of private and loopback networks; off unless the user asked. */
  readonly allowPrivateNetwork: boolean;
  /** Largest answer that is read; 1 MiB if absent. */
  readonly maxBodyBytes?: number;
  /** Given the body of a success piece by piece, for files that are too large to hold; the reply's `body` is then empty. */
  readonly onPiece?: (piece: Uint8Array) => void;
  /** Sending it twice does no harm: it may use a connection kept from an earlier request, which may turn out closed. */
  readonly repeatable?: boolean;
  /** How long this may go on after the run was cancelled; ended at once if absent. */
  readonly lingerMs?: number;
  /** Ends this request alone; the reply is then `reset`. */
  readonly signal?: AbortSignal;
}

/** An answer, or how there came to be none. A failed exchange is a value: the caller decides what it means. */
export type HttpReply = {
  /** A kept connection ended before anything was answered, and this is what a new one brought. */
  readonly reconnected?: boolean;
} & (
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: ReadonlyMap<string, string>;
      readonly body: string;
    }
  | {
      readonly kind: 'no-answer';
      readonly reason: 'refused' | 'timeout' | 'reset' | 'forbidden-address' | 'too-large';
      readonly message: string;
    }
);

/** HTTP to the user's own systems (analysis, webhooks): one try, no redirects, bodies capped, addresses checked on connection. */
export interface Http {
  send(request: HttpRequest): Promise<HttpReply>;
}
