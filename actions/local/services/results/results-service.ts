import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunArtifact } from '../../workflow/run-record.ts';
import type { ArtifactSource } from '../github/run-routes.ts';
import { type LoopbackServer, readBody, startLoopbackServer } from '../loopback-server.ts';
import { ArtifactIndex } from './artifact-index.ts';
import { artifactService } from './artifact-service.ts';
import { artifactSource } from './artifact-source.ts';
import type { BlobStore } from './blob-store.ts';
import { cacheService } from './cache-service.ts';
import { issueRuntimeToken, readRuntimeToken } from './runtime-token.ts';
import { TwirpError, type TwirpReply, TwirpRequest, type TwirpService } from './twirp.ts';

/** One exchange, for tests and for looking at what a client did. */
interface ResultsCall {
  readonly method: string;
  readonly status: number;
}

/** The artifact (v4) and cache (v2) service that the official clients talk to. */
export interface ResultsService extends LoopbackServer {
  readonly calls: readonly ResultsCall[];
  /** The artifacts of all runs, for the REST service. */
  readonly artifacts: ArtifactSource;
  /** The artifacts of one run, oldest first. */
  artifactsOf(run: number): readonly RunArtifact[];
  /** The value of `ACTIONS_RUNTIME_TOKEN` for a job of a run. */
  runtimeToken(run: number, job: string): string;
}

const PREFIX = '/twirp/github.actions.results.api.v1.';

/** @param options.indexFile - where the list of artifacts is kept between processes; in memory when absent */
export async function startResultsService(options: {
  readonly blobs: BlobStore;
  readonly indexFile?: string;
  readonly now?: () => number;
}): Promise<ResultsService> {
  const secret = randomBytes(32).toString('hex');
  const index = new ArtifactIndex(options.indexFile);
  const services: Readonly<Record<string, TwirpService>> = {
    ArtifactService: artifactService(index, options.blobs, options.now ?? Date.now),
    CacheService: cacheService(options.blobs),
  };
  const calls: ResultsCall[] = [];
  const server = await startLoopbackServer(async (request, response) => {
    const method = (request.url ?? '').replace(PREFIX, '');
    const { status, body } = await answer(services, secret, method, request);
    calls.push({ method, status });
    sendJson(response, status, body);
  });
  return {
    ...server,
    calls,
    artifacts: artifactSource(index, options.blobs),
    artifactsOf: (run) =>
      index
        .ofRun(String(run))
        .map(({ id, name, sizeBytes, digest, blob: path }) => ({ id, name, sizeBytes, digest, path })),
    runtimeToken: (run, job) => issueRuntimeToken(secret, { run: String(run), job }),
  };
}

async function answer(
  services: Readonly<Record<string, TwirpService>>,
  secret: string,
  path: string,
  request: IncomingMessage,
): Promise<{ status: number; body: TwirpReply }> {
  try {
    const scope = readRuntimeToken(secret, (request.headers.authorization ?? '').replace(/^Bearer /, ''));
    if (!scope) throw new TwirpError(401, 'unauthenticated', 'not a runtime token of this service');
    const [service = '', name = ''] = path.split('/');
    const method = services[service]?.[name];
    if (!method) throw new TwirpError(404, 'bad_route', `no method ${path}`);
    return { status: 200, body: await method(new TwirpRequest(scope, await readFields(request))) };
  } catch (error) {
    if (error instanceof TwirpError)
      return { status: error.status, body: { code: error.code, msg: error.message } };
    throw error;
  }
}

async function readFields(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = (await readBody(request)).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // falls through to the error that says what was expected
  }
  throw new TwirpError(400, 'malformed', 'expected a JSON object');
}

function sendJson(response: ServerResponse, status: number, body: TwirpReply): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
