import { ActionError, errorMessage } from '../../lib/errors.ts';
import { Answer, ShapeError } from './answer.ts';
import type { WriteResult } from './github.ts';
import { refusalMessage } from './permissions.ts';
import { LostReply, RateLimited } from './transport.ts';

/** Values of the route's placeholders, then of the query; `headers` are sent as such. */
export type Parameters = Readonly<
  Record<string, string | number | boolean | Readonly<Record<string, string>>>
>;
export type Body = Readonly<Record<string, unknown>>;
/** Picks the checked fields out of an answer. */
export type Read<T> = (answer: Answer) => T;

/** What `getOctokit().request` gives, as far as we use it. */
export type Request = (
  route: string,
  parameters: Record<string, unknown>,
) => Promise<{ readonly status: number; readonly data: unknown; readonly headers: { link?: string } }>;

const PAGE_SIZE = 100;
const PAGES = 100;

/** The routes of one repository, with every answer checked and every failure in our own words. */
export class RepositoryApi {
  readonly #request: Request;
  readonly #repository: { readonly owner: string; readonly repo: string };
  readonly #redact: (text: string) => string;

  constructor(
    request: Request,
    repository: { readonly owner: string; readonly repo: string },
    redact: (text: string) => string,
  ) {
    this.#request = request;
    this.#repository = repository;
    this.#redact = redact;
  }

  /** @throws ActionError not-found, github-denied, github-unavailable */
  async get<T>(route: string, parameters: Parameters, read: Read<T>, absent?: readonly number[]): Promise<T> {
    const found = await this.find(route, parameters, read, absent);
    if (found === undefined)
      throw new ActionError(
        'not-found',
        refusalMessage(shown(route, parameters), 404, 'Not Found', undefined),
      );
    return found;
  }

  /** `undefined` where GitHub says 404, or another status that says so on this route. @throws ActionError github-denied, github-unavailable */
  async find<T>(
    route: string,
    parameters: Parameters,
    read: Read<T>,
    absent: readonly number[] = [404],
  ): Promise<T | undefined> {
    try {
      const { data } = await this.#send(route, parameters);
      return read(Answer.of(data, route));
    } catch (error) {
      if (absent.includes(statusOf(error) ?? 0)) return undefined;
      throw readError(shown(route, parameters), error);
    }
  }

  /**
   * The items of all pages, in GitHub's order; `key` names the list where the answer wraps it;
   * `unpaged` for the few routes that give all at once.
   *
   * @throws ActionError limit-exceeded beyond 10,000 items or, with `atMost`, never more than that many
   */
  async list<T>(
    route: string,
    parameters: Parameters,
    read: Read<T>,
    options: { readonly key?: string; readonly atMost?: number; readonly unpaged?: true } = {},
  ): Promise<readonly T[]> {
    const items: T[] = [];
    const size = Math.min(PAGE_SIZE, options.atMost ?? PAGE_SIZE);
    for (let page = 1; page <= PAGES; page++) {
      try {
        const { data, headers } = await this.#send(
          route,
          options.unpaged ? parameters : { ...parameters, per_page: size, page },
        );
        const list = options.key ? Answer.of(data, route).list(options.key) : Answer.list(data, route);
        items.push(...list.map(read));
        const more = headers.link?.includes('rel="next"') ?? false;
        if (!more || items.length >= (options.atMost ?? Number.POSITIVE_INFINITY))
          return items.slice(0, options.atMost);
      } catch (error) {
        throw readError(shown(route, parameters), error);
      }
    }
    throw new ActionError(
      'limit-exceeded',
      `${shown(route, parameters)}: more than ${PAGES * PAGE_SIZE} items`,
    );
  }

  /** The raw bytes behind a route, following GitHub to its store. */
  async bytes(route: string, parameters: Parameters): Promise<Uint8Array> {
    try {
      const { data } = await this.#send(route, {
        ...parameters,
        headers: { accept: 'application/octet-stream' },
      });
      if (data instanceof ArrayBuffer) return new Uint8Array(data);
      throw new ShapeError(`${route}: expected bytes`);
    } catch (error) {
      throw readError(shown(route, parameters), error);
    }
  }

  /** Stores a git object; safe to repeat, so a failure is an error. Content is sent as it is: it is hashed. */
  async store<T>(route: string, body: Body, read: Read<T>): Promise<T> {
    try {
      const { data } = await this.#send(route, body);
      return read(Answer.of(data, route));
    } catch (error) {
      throw readError(route, error);
    }
  }

  /**
   * A write that is sent once. `unknown` says that it may have taken effect: look before deciding.
   * Texts of the body are redacted.
   */
  async write<T>(
    route: string,
    parameters: Parameters,
    body: Body,
    read: (answer: Answer, status: number) => T,
  ): Promise<WriteResult<T>> {
    try {
      const { status, data } = await this.#send(route, { ...redacted(body, this.#redact), ...parameters });
      return { kind: 'done', value: read(Answer.of(status === 204 ? {} : data, route), status) };
    } catch (error) {
      return writeFailure(shown(route, parameters), error);
    }
  }

  #send(route: string, parameters: Readonly<Record<string, unknown>>): ReturnType<Request> {
    const repository = route.includes('{owner}') ? this.#repository : {};
    return this.#request(route, { ...repository, ...parameters });
  }
}

/** `GET /repos/{owner}/{repo}/git/ref/{ref}` with the values that matter to a reader. */
function shown(route: string, parameters: Parameters): string {
  return route
    .replace('/repos/{owner}/{repo}', '')
    .replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

function redacted(body: Body, redact: (text: string) => string): Record<string, unknown> {
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
    return value;
  };
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, walk(value)]));
}

/** An answer of 400 or more, as octokit throws it; without a response it is an error of the transport, wrapped. */
interface Refusal extends Error {
  readonly status: number;
  readonly response?: { readonly data?: unknown; readonly headers?: Readonly<Record<string, unknown>> };
}

const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error &&
  'status' in error &&
  typeof error.status === 'number' &&
  'response' in error &&
  error.response !== undefined;

const statusOf = (error: unknown): number | undefined => (isRefusal(error) ? error.status : undefined);

/** Octokit wraps what its `fetch` throws. */
const thrownByTransport = (error: unknown): unknown =>
  !(error instanceof ActionError) && error instanceof Error && error.cause instanceof Error
    ? error.cause
    : error;

function explain(route: string, refusal: Refusal): string {
  const data = refusal.response?.data;
  const message =
    typeof data === 'object' && data !== null && 'message' in data ? String(data.message) : refusal.message;
  const accepted = refusal.response?.headers?.['x-accepted-github-permissions'];
  return refusalMessage(route, refusal.status, message, typeof accepted === 'string' ? accepted : undefined);
}

function readError(route: string, error: unknown): Error {
  if (isRefusal(error)) {
    const code = error.status === 401 || error.status === 403 ? 'github-denied' : 'github-unavailable';
    return new ActionError(error.status === 404 ? 'not-found' : code, explain(route, error), {
      cause: error,
    });
  }
  const cause = thrownByTransport(error);
  if (cause instanceof ActionError) return cause;
  if (cause instanceof LostReply || cause instanceof RateLimited || cause instanceof ShapeError)
    return new ActionError('github-unavailable', `GitHub gave no usable answer: ${cause.message}`, { cause });
  return cause instanceof Error ? cause : new Error(errorMessage(cause));
}

function writeFailure(route: string, error: unknown): WriteResult<never> {
  if (isRefusal(error)) return { kind: 'refused', status: error.status, message: explain(route, error) };
  const cause = thrownByTransport(error);
  if (cause instanceof RateLimited) return { kind: 'refused', status: cause.status, message: cause.message };
  if (cause instanceof LostReply || cause instanceof ShapeError)
    return { kind: 'unknown', message: `the reply was lost, the effect is uncertain: ${cause.message}` };
  throw cause;
}
