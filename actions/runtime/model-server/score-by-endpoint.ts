import { ActionError } from '../../lib/errors.ts';
import { keysInQuery, readAddress, shownAddress } from '../../lib/serving/address.ts';
import { rowsName } from '../../lib/serving/data-rows.ts';
import { readHeaders } from '../../lib/serving/header-lines.ts';
import { checkPointer } from '../../lib/serving/json-pointer.ts';
import type {
  Output,
  ProtocolName,
  ProtocolOptions,
  RequestPlan,
  ServedData,
} from '../../lib/serving/protocol.ts';
import { joinOutputs, type Scores, scoresOf } from '../../lib/serving/scores.ts';
import type { Runtime } from '../runtime.ts';
import { findModel } from './find-model.ts';
import { inOrder } from './in-order.ts';
import { type LatencySummary, summariseLatency } from './latency.ts';
import { ask, type ErrorKind, type Session } from './session.ts';

/** How a model on a server is asked. */
export interface EndpointOptions extends ProtocolOptions {
  /** Address of a server, of a model on it, or to predict with. */
  readonly endpoint: string;
  readonly protocol: ProtocolName | 'auto';
  /** Headers, one `Name: value` each; all values are secrets. */
  readonly headers: readonly string[];
  readonly allowPrivateNetwork: boolean;
  /** Rows in one request; 256 if absent. A model that fixes the number has the last word. */
  readonly batchSize?: number;
  /** Requests at a time; 4 if absent. */
  readonly concurrency?: number;
  /** For one try of a request; 30 s if absent. */
  readonly timeoutMs?: number;
  /** For everything; 30 min if absent. */
  readonly deadlineMs?: number;
  /** Of one request, the first one among them; 4 if absent. */
  readonly tries?: number;
}

/** Chance and time, which tests replace. */
export interface EndpointSurroundings {
  readonly random?: () => number;
  /** Milliseconds. */
  readonly timer?: () => number;
}

/** What a model on a server said, and how the server did on the way. */
export interface EndpointRun {
  readonly scores: Scores;
  readonly protocol: ProtocolName;
  /** Why this protocol, in words. */
  readonly why: string;
  /** Address the rows were sent to, without its query. */
  readonly url: string;
  /** Columns that were sent, in order. */
  readonly columns: readonly string[];
  /** Milliseconds of each answered request, in the order of the rows; tries that failed are not among them. */
  readonly latencies: Float64Array;
  readonly latency: LatencySummary;
  /** From the first request to the last answer, waits between tries included. */
  readonly elapsedMs: number;
  readonly rowsPerSecond: number;
  readonly retries: number;
  /** Tries that failed, by kind; empty when there were none. */
  readonly errors: Readonly<Partial<Record<ErrorKind, number>>>;
}

/**
 * Has a model on a server score all rows of a table.
 *
 * @throws ActionError invalid-input for options, addresses and columns that do not fit; invalid-file for cells that do
 *   not fit the model; server-failed for answers that do not fit the rows and a server that does not answer,
 *   limit-exceeded when it does not in time; cancelled
 */
export async function scoreByEndpoint(
  runtime: Runtime,
  options: EndpointOptions,
  data: ServedData,
  surroundings: EndpointSurroundings = {},
): Promise<EndpointRun> {
  if (data.table.rowCount === 0)
    throw new ActionError('invalid-file', `${data.name}: there are no rows to be scored`);
  if (options.pointer !== undefined) checkPointer(options.pointer);
  const stop = new AbortController();
  const session = openSession(runtime, options, surroundings, stop.signal);
  try {
    const found = await findModel(session, options.endpoint, options.protocol);
    const plan = found.protocol.plan(found.address, data, options, found.metadata);
    const batchSize = plan.fixedRows ?? options.batchSize ?? 256;
    const requests = Math.ceil(data.table.rowCount / batchSize);
    const concurrency = options.concurrency ?? 4;
    const url = shownAddress(plan.url);
    runtime.log.info(
      `Scoring by ${found.protocol.title} at ${url} (${found.why}): ${plan.columns.length} columns, ${requests} requests of up to ${batchSize} rows, ${concurrency} at a time`,
    );
    const start = session.timer();
    const parts = await sendAll(session, plan, data, { batchSize, requests, concurrency });
    const elapsedMs = session.timer() - start;
    if (session.retries > 0) runtime.log.notice(retriesLine(session, url));
    const latencies = Float64Array.from(parts, (part) => part.elapsedMs);
    return {
      scores: scoresOf(
        joinOutputs(
          parts.map(({ outputs }) => outputs),
          url,
        ),
        url,
      ),
      protocol: found.protocol.name,
      why: found.why,
      url,
      columns: plan.columns,
      latencies,
      latency: summariseLatency(latencies),
      elapsedMs,
      rowsPerSecond: data.table.rowCount / (elapsedMs / 1_000),
      retries: session.retries,
      errors: Object.fromEntries(session.errors),
    };
  } catch (error) {
    stop.abort();
    throw error;
  }
}

const retriesLine = ({ retries, errors }: Session, url: string): string =>
  `endpoint ${url}: ${retries} tries had to be repeated (${[...errors].map(([kind, count]) => `${kind}: ${count}`).join(', ')})`;

function openSession(
  runtime: Runtime,
  options: EndpointOptions,
  { random = Math.random, timer = () => performance.now() }: EndpointSurroundings,
  signal: AbortSignal,
): Session {
  const headers = readHeaders(options.headers);
  for (const secret of headers.secrets) runtime.secret(secret);
  for (const key of keysInQuery(readAddress(options.endpoint).url)) runtime.secret(key);
  return {
    runtime,
    headers: headers.values,
    timeoutMs: options.timeoutMs ?? 30_000,
    deadline: runtime.clock.now() + (options.deadlineMs ?? 1_800_000),
    tries: options.tries ?? 4,
    allowPrivateNetwork: options.allowPrivateNetwork,
    signal,
    random,
    timer,
    errors: new Map(),
    retries: 0,
  };
}

interface Part {
  readonly outputs: readonly Output[];
  readonly elapsedMs: number;
}

function sendAll(
  session: Session,
  plan: RequestPlan,
  data: ServedData,
  { batchSize, requests, concurrency }: { batchSize: number; requests: number; concurrency: number },
): Promise<readonly Part[]> {
  const { log, redact } = session.runtime;
  const total = data.table.rowCount;
  const server = shownAddress(plan.url);
  let scored = 0;
  return inOrder(requests, concurrency, async (index) => {
    const from = index * batchSize;
    const to = Math.min(from + batchSize, total);
    const about = rowsName(data, from, to);
    const body = plan.body(from, to);
    const { answer, elapsedMs } = await ask(session, { method: 'POST', url: plan.url, body, about });
    const outputs = plan.read(answer, { from, to, data, server, redact });
    // Said at the first answer and not after thousands of them.
    if (scored === 0) scoresOf(outputs, server);
    scored += to - from;
    log.progress('Scoring', scored, total);
    return { outputs, elapsedMs };
  });
}
