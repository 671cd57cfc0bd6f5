import { isRecord } from '../../lib/contract/fields.ts';
import type { HttpReply, Runtime } from '../runtime.ts';

export interface MlflowSettings {
  /** `https://mlflow.acme.dev`, with a path where a proxy has one. */
  readonly trackingUri: string;
  readonly allowPrivateNetwork: boolean;
}

/** An answer of MLflow's, by what it means. */
export type MlflowReply =
  | { readonly kind: 'ok'; readonly body: Readonly<Record<string, unknown>> }
  /** Refused under one of MLflow's codes, such as `RESOURCE_DOES_NOT_EXIST`. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** No usable answer; a write may have taken effect. */
  | { readonly kind: 'unknown'; readonly message: string };

type Parameters = Readonly<Record<string, string | number | readonly unknown[]>>;

const TIMEOUT_MS = 20_000;
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** MLflow's REST API 2.0, one try a call. Credentials are the environment variables that MLflow's own client reads. */
export class MlflowClient {
  readonly #runtime: Runtime;
  readonly #settings: MlflowSettings;
  readonly #authorization: string | undefined;

  constructor(runtime: Runtime, settings: MlflowSettings) {
    this.#runtime = runtime;
    this.#settings = settings;
    this.#authorization = authorizationOf(runtime);
  }

  get(path: string, query: Readonly<Record<string, string>>): Promise<MlflowReply> {
    return this.#send('GET', `${path}?${new URLSearchParams(query)}`);
  }

  post(path: string, body: Parameters): Promise<MlflowReply> {
    return this.#send('POST', path, JSON.stringify(body));
  }

  async #send(method: 'GET' | 'POST', path: string, body?: string): Promise<MlflowReply> {
    const reply = await this.#runtime.http.send({
      url: `${this.#settings.trackingUri.replace(/\/+$/, '')}/api/2.0/mlflow/${path}`,
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#authorization === undefined ? {} : { authorization: this.#authorization }),
      },
      ...(body === undefined ? {} : { body: this.#runtime.redact(body) }),
      timeoutMs: TIMEOUT_MS,
      maxBodyBytes: MAX_BODY_BYTES,
      allowPrivateNetwork: this.#settings.allowPrivateNetwork,
    });
    return judge(`MLflow, ${path.replace(/\?.*/, '')}:`, reply);
  }
}

function authorizationOf(runtime: Runtime): string | undefined {
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: user,
    MLFLOW_TRACKING_PASSWORD: password,
  } = process.env;
  if (token) {
    runtime.secret(token);
    return `Bearer ${token}`;
  }
  if (!user || !password) return undefined;
  runtime.secret(password);
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function judge(what: string, reply: HttpReply): MlflowReply {
  if (reply.kind === 'no-answer')
    return { kind: 'unknown', message: `${what} no answer (${reply.reason}: ${reply.message})` };
  const body = parsed(reply.body);
  if (reply.status === 200 && isRecord(body)) return { kind: 'ok', body };
  const code = isRecord(body) && typeof body['error_code'] === 'string' ? body['error_code'] : '';
  const message = isRecord(body) && typeof body['message'] === 'string' ? body['message'] : 'no reason given';
  if (code !== '' && reply.status >= 400 && reply.status < 500)
    return { kind: 'refused', code, message: `${what} ${code}: ${message}` };
  if (reply.status === 401 || reply.status === 403)
    return {
      kind: 'refused',
      code: 'PERMISSION_DENIED',
      message: `${what} ${reply.status}. Give the step MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.`,
    };
  return {
    kind: 'unknown',
    message: `${what} answered ${reply.status}${reply.status === 200 ? ' with something that is no JSON object' : ''}`,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
