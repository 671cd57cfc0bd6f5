import { isRecord } from '../../lib/contract/fields.ts';
import { ActionError } from '../../lib/errors.ts';
import type { HttpReply, HttpRequest, Runtime } from '../runtime.ts';
import { isPassing, sendAgain } from '../send-again.ts';
import { protocolOf, type StoreNetwork } from './network.ts';
import type { OciRepository } from './oci-reference.ts';
import { parseChallenge, tokenUrl } from './registry-challenge.ts';
import { basicAuthorization, type CredentialNames, credentialsFor } from './registry-credentials.ts';

/** How registries are reached. */
export interface RegistryAccess extends CredentialNames {
  readonly network: StoreNetwork;
}

export interface RegistryRequest extends Pick<HttpRequest, 'method' | 'headers' | 'body'> {
  /** Below `/v2/<repository>`, from a slash on; or a whole address, see `RegistryClient.addressOf`. */
  readonly path: string;
  readonly timeoutMs?: number;
}

export type RegistryReply = Extract<HttpReply, { kind: 'answer' }>;

const TRIES = 4;
const TIMEOUT_MS = 30_000;
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** One repository of a registry, by the OCI distribution specification. */
export class RegistryClient {
  readonly #runtime: Runtime;
  readonly #repository: OciRepository;
  readonly #access: RegistryAccess;
  readonly #origin: string;
  #authorization: string | undefined;

  constructor(runtime: Runtime, repository: OciRepository, access: RegistryAccess) {
    this.#runtime = runtime;
    this.#repository = repository;
    this.#access = access;
    this.#origin = `${protocolOf(access.network)}://${repository.host}`;
  }

  /**
   * An answer that is neither a refusal to speak to us nor a passing failure.
   *
   * @throws ActionError server-failed when there is none after a few tries, or the registry does not accept us
   */
  async send(request: RegistryRequest): Promise<RegistryReply> {
    // Requests to a registry are content-addressed and may be repeated.
    const reply = await sendAgain(this.#runtime.clock, () => this.#authorized(request), TRIES);
    if (reply.kind === 'answer' && reply.status !== 401 && reply.status !== 403 && !isPassing(reply))
      return reply;
    throw new ActionError('server-failed', this.explain(request, reply));
  }

  /** What the registry said to a request, in one sentence with the way out. */
  explain({ method, path }: RegistryRequest, reply: HttpReply): string {
    const what = `the registry ${this.#repository.host}, ${method} ${new URL(this.#urlOf(path)).pathname}:`;
    if (reply.kind === 'no-answer')
      return `${what} no answer (${reply.reason}: ${reply.message})${reply.reason === 'forbidden-address' ? '' : '. Is the registry up?'}`;
    const said = `${what} ${reply.status}${errorsOf(reply.body)}`;
    const { userEnv, passwordEnv } = this.#access;
    return reply.status === 401 || reply.status === 403
      ? `${said}. Give the step credentials that may read and write ${this.#repository.path}, as the environment variables ${userEnv} and ${passwordEnv}; for ghcr.io the job's token with \`permissions: packages: write\` will do.`
      : said;
  }

  async #authorized(request: RegistryRequest): Promise<HttpReply> {
    const reply = await this.#exchange(request);
    if (reply.kind !== 'answer' || reply.status !== 401) return reply;
    this.#authorization = await this.#authorize(reply);
    return this.#authorization === undefined ? reply : this.#exchange(request);
  }

  #exchange({ path, method, headers, body, timeoutMs = TIMEOUT_MS }: RegistryRequest): Promise<HttpReply> {
    const url = this.#urlOf(path);
    // Uploads may be sent elsewhere: credentials are for this registry alone.
    const known = this.#authorization !== undefined && new URL(url).origin === new URL(this.#origin).origin;
    return this.#runtime.http.send({
      url,
      method,
      headers: { ...headers, ...(known ? { authorization: this.#authorization ?? '' } : {}) },
      ...(body === undefined ? {} : { body }),
      timeoutMs,
      maxBodyBytes: MAX_BODY_BYTES,
      allowPrivateNetwork: this.#access.network !== 'public',
    });
  }

  /** The whole address of a `Location` that the registry gave, which may be relative. */
  addressOf(location: string): string {
    return new URL(location, this.#origin).href;
  }

  #urlOf(path: string): string {
    return path.startsWith('/') ? `${this.#origin}/v2/${this.#repository.path}${path}` : path;
  }

  /** The authorization that a refusal asks for; `undefined` when there is no way to get it. */
  async #authorize(reply: RegistryReply): Promise<string | undefined> {
    const scope = `repository:${this.#repository.path}:pull,push`;
    const challenge = parseChallenge(reply.headers.get('www-authenticate') ?? '', scope);
    const credentials = credentialsFor(this.#runtime, this.#repository.host, this.#access);
    const basic = credentials === undefined ? undefined : basicAuthorization(credentials);
    if (challenge?.kind !== 'bearer') return challenge === undefined ? undefined : basic;
    const answer = await this.#runtime.http.send({
      url: tokenUrl(challenge),
      method: 'GET',
      headers: basic === undefined ? {} : { authorization: basic },
      timeoutMs: TIMEOUT_MS,
      allowPrivateNetwork: this.#access.network !== 'public',
    });
    const token = answer.kind === 'answer' && answer.status === 200 ? tokenOf(answer.body) : undefined;
    if (token === undefined) {
      this.#runtime.log.debug(`no token from ${new URL(challenge.realm).origin}`);
      return undefined;
    }
    this.#runtime.secret(token);
    return `Bearer ${token}`;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Source: distribution specification 1.1, "Error codes". */
function errorsOf(body: string): string {
  const document = parsed(body);
  const errors = isRecord(document) && Array.isArray(document['errors']) ? document['errors'] : [];
  const texts = errors.filter(isRecord).map(({ code, message }) => `${code} (${message})`);
  return texts.length === 0 ? '' : `: ${texts.join(', ')}`;
}

function tokenOf(body: string): string | undefined {
  const document = parsed(body);
  if (!isRecord(document)) return undefined;
  const token = document['token'] ?? document['access_token'];
  return typeof token === 'string' && token !== '' ? token : undefined;
}
