import { errorMessage } from '../../../lib/errors.ts';
import { atPointer } from '../../../lib/rollout/read-number.ts';
import { parseJsonStrict } from '../../../lib/schema/json.ts';
import type { HttpReply, HttpRequest, Runtime } from '../../runtime.ts';
import { LINGER } from '../linger.ts';
import { replyText } from '../reply-text.ts';

/**
 * What the Kubernetes API made of a request. `again`: it may go another way on a newly read object, because somebody
 * else changed it at the same time or the server could not answer.
 */
export type Answer =
  | { readonly kind: 'object'; readonly object: unknown }
  | { readonly kind: 'absent' }
  | { readonly kind: 'again'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

export interface Kubernetes {
  get(path: string): Promise<Answer>;
  create(path: string, object: unknown): Promise<Answer>;
  /** A JSON merge patch (RFC 7396); with `metadata.resourceVersion` in it, only of the object that was read. */
  patch(path: string, change: unknown): Promise<Answer>;
}

const MAX_REPLY_BYTES = 8 * 1024 * 1024;

export interface KubernetesOptions {
  readonly api: string;
  readonly token: string;
  /** Environment variable of the token, for messages. */
  readonly tokenEnv: string;
  readonly allowPrivateNetwork: boolean;
  readonly timeoutMs: number;
}

/** The few requests that switching traffic needs of the Kubernetes API. */
export function kubernetes(runtime: Runtime, options: KubernetesOptions): Kubernetes {
  const send = async (
    request: Pick<HttpRequest, 'method' | 'body' | 'headers'>,
    path: string,
  ): Promise<Answer> =>
    answerOf(
      await runtime.http.send({
        ...LINGER,
        ...request,
        url: `${options.api}${path}`,
        headers: { authorization: `Bearer ${options.token}`, ...request.headers },
        timeoutMs: options.timeoutMs,
        allowPrivateNetwork: options.allowPrivateNetwork,
        maxBodyBytes: MAX_REPLY_BYTES,
      }),
      options.tokenEnv,
    );
  const write = (method: 'POST' | 'PATCH', type: string) => (path: string, body: unknown) =>
    send({ method, body: JSON.stringify(body), headers: { 'content-type': type } }, path);
  return {
    get: (path) => send({ method: 'GET' }, path),
    create: write('POST', 'application/json'),
    patch: write('PATCH', 'application/merge-patch+json'),
  };
}

const failed = (message: string): Answer => ({ kind: 'failed', message });

function answerOf(reply: HttpReply, tokenEnv: string): Answer {
  const message = `the Kubernetes API ${replyText(reply)}`;
  if (reply.kind === 'no-answer')
    return reply.reason === 'forbidden-address' || reply.reason === 'too-large'
      ? failed(message)
      : { kind: 'again', message };
  const { status, body } = reply;
  const said = `${message}${statusText(body)}`;
  if (status === 200 || status === 201) return objectOf(body);
  if (status === 404) return { kind: 'absent' };
  if (status === 409 || status === 429 || status >= 500) return { kind: 'again', message: said };
  if (status === 401)
    return failed(`${said}; the token in ${tokenEnv} is not one of this cluster, or has expired`);
  if (status === 403) return failed(`${said}; grant this to the service account of the token in ${tokenEnv}`);
  return failed(said);
}

function objectOf(body: string): Answer {
  try {
    return { kind: 'object', object: parseJsonStrict(body, 'the answer of the Kubernetes API').value };
  } catch (error) {
    return { kind: 'again', message: errorMessage(error) };
  }
}

/** The message of a `Status`, with which the Kubernetes API explains a refusal. */
function statusText(body: string): string {
  const answer = objectOf(body);
  const text = answer.kind === 'object' ? textAt(answer.object, '/message') : undefined;
  return text === undefined ? '' : `: ${text.slice(0, 300)}`;
}

/** The text at a JSON pointer; `undefined` when there is none, or it is empty. */
export function textAt(object: unknown, pointer: string): string | undefined {
  const found = atPointer(object, pointer);
  return found.kind === 'found' && typeof found.value === 'string' && found.value !== ''
    ? found.value
    : undefined;
}

/** The number at a JSON pointer; `undefined` when there is none. */
export function numberAt(object: unknown, pointer: string): number | undefined {
  const found = atPointer(object, pointer);
  return found.kind === 'found' && typeof found.value === 'number' ? found.value : undefined;
}

/** The elements of the list at a JSON pointer; none when there is no list. */
export function listAt(object: unknown, pointer: string): readonly unknown[] {
  const found = atPointer(object, pointer);
  return found.kind === 'found' && Array.isArray(found.value) ? found.value : [];
}
