import { isRecord } from '../../lib/contract/fields.ts';
import type { OutboxEntry } from '../../lib/registry/events.ts';
import type { RunContext, Runtime } from '../runtime.ts';
import { type Deliver, type Delivery, payloadOf } from './delivery.ts';
import { MlflowClient, type MlflowReply, type MlflowSettings } from './mlflow-client.ts';

/** By which a version of ours is found among those of MLflow, which counts them itself. */
const DIGEST_TAG = 'mlops.digest';
const PAGES = 20;
/** A missing alias is told in either way, by the store behind the server. */
const ABSENT: ReadonlySet<string> = new Set(['RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE']);

class Undelivered extends Error {}

/** Shows in MLflow's registry which version serves: a model version with our digest, its tags, and the alias on it. */
export const mlflowMirror =
  (runtime: Runtime, settings: MlflowSettings): Deliver =>
  async (entry): Promise<Delivery> => {
    try {
      const mirror = new MlflowMirror(new MlflowClient(runtime, settings), entry);
      return { kind: 'done', reference: await mirror.deliver(sourceOf(runtime.context, entry)) };
    } catch (error) {
      if (error instanceof Undelivered) return { kind: 'failed', reason: error.message };
      throw error;
    }
  };

/** MLflow takes absolute addresses alone: a release is named as the web knows it, and the repository stands for none. */
export function sourceOf({ serverUrl, owner, repo }: RunContext, entry: OutboxEntry): string {
  const uri = payloadOf(entry, 'uri');
  const repository = `${serverUrl}/${owner}/${repo}`;
  const release = /^release:(\S+)\/([^/\s]+)$/.exec(uri);
  if (release !== null) return `${repository}/releases/download/${release[1]}/${release[2]}`;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(uri) ? uri : repository;
}

class MlflowMirror {
  readonly #client: MlflowClient;
  readonly #entry: OutboxEntry;
  readonly #name: string;

  constructor(client: MlflowClient, entry: OutboxEntry) {
    this.#client = client;
    this.#entry = entry;
    this.#name = payloadOf(entry, 'model');
  }

  /** @throws Undelivered */
  async deliver(source: string): Promise<string> {
    const alias = payloadOf(this.#entry, 'alias');
    const version = (await this.#find()) ?? (await this.#create(source));
    for (const [key, value] of Object.entries(this.#tags()))
      this.#need(
        await this.#client.post('model-versions/set-tag', { name: this.#name, version, key, value }),
      );
    if ((await this.#aliased(alias)) !== version) {
      const set = await this.#client.post('registered-models/alias', { name: this.#name, alias, version });
      if (set.kind === 'refused') throw new Undelivered(set.message);
      const now = await this.#aliased(alias);
      if (now !== version)
        throw new Undelivered(
          set.kind === 'unknown'
            ? set.message
            : `MLflow says that ${alias} is version ${now ?? 'none'} of ${this.#name}, after it was set to ${version}`,
        );
    }
    return `models:/${this.#name}/${version}@${alias}`;
  }

  #tags(): Readonly<Record<string, string>> {
    return {
      'mlops.version': this.#entry.version,
      'mlops.environment': this.#entry.env,
      'mlops.ledger-head': payloadOf(this.#entry, 'head'),
      'mlops.commit': payloadOf(this.#entry, 'commit') || 'unknown',
    };
  }

  /** MLflow's number of the version with our digest: the lowest, so that everybody picks the same. */
  async #find(): Promise<string | undefined> {
    const found: number[] = [];
    let token = '';
    for (let page = 0; page < PAGES; page++) {
      const query = {
        filter: `name='${this.#name}'`,
        max_results: '1000',
        ...(token === '' ? {} : { page_token: token }),
      };
      const body = this.#need(await this.#client.get('model-versions/search', query));
      const versions = Array.isArray(body['model_versions']) ? body['model_versions'].filter(isRecord) : [];
      found.push(...versions.filter((one) => this.#isOurs(one)).map(({ version }) => Number(version)));
      token = typeof body['next_page_token'] === 'string' ? body['next_page_token'] : '';
      if (token === '') break;
    }
    return found.length === 0 ? undefined : String(Math.min(...found));
  }

  /** Bytes that have two versions of ours have two of MLflow's. */
  #isOurs({ tags, version }: Readonly<Record<string, unknown>>): boolean {
    const list = Array.isArray(tags) ? tags.filter(isRecord) : [];
    const value = (name: string): unknown => list.find(({ key }) => key === name)?.['value'];
    const said = value('mlops.version');
    return (
      Number.isSafeInteger(Number(version)) &&
      value(DIGEST_TAG) === payloadOf(this.#entry, 'digest') &&
      (said === undefined || said === this.#entry.version)
    );
  }

  async #create(source: string): Promise<string> {
    const model = await this.#client.post('registered-models/create', { name: this.#name });
    if (model.kind === 'refused' && model.code !== 'RESOURCE_ALREADY_EXISTS')
      throw new Undelivered(model.message);
    const tags = Object.entries({ [DIGEST_TAG]: payloadOf(this.#entry, 'digest'), ...this.#tags() });
    const made = await this.#client.post('model-versions/create', {
      name: this.#name,
      source,
      tags: tags.map(([key, value]) => ({ key, value })),
    });
    if (made.kind === 'refused')
      throw new Undelivered(model.kind === 'unknown' ? model.message : made.message);
    // Also after a lost reply, or when another run was quicker: what is there decides.
    const found = await this.#find();
    if (found === undefined)
      throw new Undelivered(
        made.kind === 'unknown' ? made.message : 'MLflow does not show the version it made',
      );
    return found;
  }

  async #aliased(alias: string): Promise<string | undefined> {
    const reply = await this.#client.get('registered-models/alias', { name: this.#name, alias });
    if (reply.kind === 'refused' && ABSENT.has(reply.code)) return undefined;
    const version = this.#need(reply)['model_version'];
    return isRecord(version) ? String(version['version']) : undefined;
  }

  #need(reply: MlflowReply): Readonly<Record<string, unknown>> {
    if (reply.kind === 'ok') return reply.body;
    throw new Undelivered(reply.message);
  }
}
