import { createHash } from 'node:crypto';
import type { BareRepository } from './bare-repository.ts';
import { asGitHubShows } from './conversation-routes.ts';
import { isObject, type Json, type JsonObject, numberOf, objectsOf, textOf } from './json.ts';
import { type Call, noContent, notFound, ok, type Reply, type Route, unprocessable } from './routes.ts';
import type { Site } from './site.ts';
import type { Upstream } from './upstream.ts';

const ASSET_LIMIT = 2 ** 31;
const BODY_LIMIT = 125_000;

interface Asset {
  readonly name: string;
  readonly release: number;
  readonly bytes: Uint8Array;
  readonly digest: string | null;
  /** `open` for ever once an upload broke off. */
  readonly state: 'uploaded' | 'open';
}

/**
 * `/releases`: the emulator's, with the bytes of the assets kept and their digests told. Publishing makes the tag and,
 * where the repository says so, locks the release.
 */
export class ReleaseRoutes {
  readonly #upstream: Upstream;
  readonly #site: Site;
  readonly #git: BareRepository;
  readonly #assets = new Map<number, Asset>();
  readonly #locked = new Set<number>();
  #locksNewOnes = false;

  constructor(upstream: Upstream, site: Site, git: BareRepository) {
    this.#upstream = upstream;
    this.#site = site;
    this.#git = git;
  }

  #withDigest(asset: JsonObject): JsonObject {
    const kept = this.#assets.get(numberOf(asset, 'id') ?? 0);
    const more = kept ? { size: kept.bytes.length, state: kept.state } : {};
    return { ...asset, digest: kept?.digest ?? null, ...more };
  }

  #dressed(json: Json): Json {
    if (Array.isArray(json)) return json.map((item: Json) => this.#dressed(item));
    if (!isObject(json)) return json;
    if (json['assets'] === undefined)
      return json['browser_download_url'] === undefined ? json : this.#withDigest(json);
    const immutable = this.#locked.has(numberOf(json, 'id') ?? 0);
    return { ...json, immutable, assets: objectsOf(json, 'assets').map((one) => this.#withDigest(one)) };
  }

  #path(path: string): string {
    return `/repos/${this.#site.owner}/${this.#site.repo}/releases${path}`;
  }

  async #send(method: string, path: string, call: Call, body?: Json): Promise<Reply> {
    const search = call.query.size > 0 ? `?${call.query}` : '';
    const reply = await this.#upstream.send(method, this.#path(path) + search, call.token.login, body);
    if (reply.json === undefined) return reply;
    return { ...reply, json: this.#dressed(asGitHubShows(reply.json, this.#site)) };
  }

  /** A tag that is not there yet comes with the release that is published under it. */
  async #publish(release: JsonObject): Promise<Reply | undefined> {
    const ref = `refs/tags/${textOf(release, 'tag_name') ?? ''}`;
    if ((await this.#git.resolve(ref)) === undefined) {
      const target = textOf(release, 'target_commitish') ?? this.#site.defaultBranch;
      const commit = await this.#git.commitOf(target);
      if (commit === undefined) return unprocessable('Validation Failed: target_commitish is invalid');
      await this.#git.moveRef(ref, commit);
    }
    if (this.#locksNewOnes) this.#locked.add(numberOf(release, 'id') ?? 0);
    return undefined;
  }

  async #create(call: Call): Promise<Reply> {
    if ((textOf(call.body, 'body')?.length ?? 0) > BODY_LIMIT)
      return unprocessable('Validation Failed: body is too long (maximum is 125000 characters)');
    const reply = await this.#send('POST', '', call, call.body);
    if (reply.status !== 201 || !isObject(reply.json) || reply.json['draft'] === true) return reply;
    return (await this.#publish(reply.json)) ?? { ...reply, json: this.#dressed(reply.json) };
  }

  async #update(call: Call): Promise<Reply> {
    const path = `/${call.params[0]}`;
    const { json } = await this.#send('GET', path, call);
    const publishes = isObject(json) && json['draft'] === true && call.body['draft'] === false;
    const problem = publishes ? await this.#publish(json) : undefined;
    return problem ?? this.#send('PATCH', path, call, call.body);
  }

  /** Drafts have no tag yet, and are not found by it. */
  async #byTag(call: Call): Promise<Reply> {
    const reply = await this.#send('GET', `/tags/${encodeURIComponent(call.params[0] ?? '')}`, call);
    return isObject(reply.json) && reply.json['draft'] === true ? notFound : reply;
  }

  async #keep(call: Call, state: Asset['state']): Promise<Reply> {
    const release = Number(call.params[0]);
    const name = call.query.get('name') ?? '';
    const type = call.headers.get('content-type') ?? 'application/octet-stream';
    const path = this.#path(`/${release}/assets?name=${encodeURIComponent(name)}`);
    const reply = await this.#upstream.send('POST', path, call.token.login, call.bytes, type);
    const id = numberOf(reply.json, 'id');
    if (reply.status !== 201 || id === undefined) return reply;
    const sum = `sha256:${createHash('sha256').update(call.bytes).digest('hex')}`;
    const digest = state === 'uploaded' ? sum : null;
    this.#assets.set(id, { name, release, bytes: call.bytes, digest, state });
    return { status: 201, json: this.#dressed(asGitHubShows(reply.json ?? null, this.#site)) };
  }

  #upload(call: Call): Promise<Reply> | Reply {
    const release = Number(call.params[0]);
    const name = call.query.get('name') ?? '';
    const twin = [...this.#assets.values()].some((one) => one.release === release && one.name === name);
    if (twin) return unprocessable('Validation Failed: already_exists (ReleaseAsset name)');
    if (this.#locked.has(release)) return unprocessable('Cannot upload assets to an immutable release.');
    const length = call.headers.get('content-length');
    if (length === null || call.bytes.length === 0 || call.bytes.length >= ASSET_LIMIT)
      return unprocessable('Bad Content-Length');
    return this.#keep(call, 'uploaded');
  }

  #download(call: Call): Promise<Reply> | Reply {
    const id = Number(call.params[0]);
    if (!(call.headers.get('accept') ?? '').includes('octet-stream'))
      return this.#send('GET', `/assets/${id}`, call);
    const asset = this.#assets.get(id);
    return asset
      ? { status: 200, bytes: asset.bytes, headers: { 'content-type': 'application/octet-stream' } }
      : notFound;
  }

  async #remove(call: Call): Promise<Reply> {
    const id = Number(call.params[0]);
    if (this.#locked.has(this.#assets.get(id)?.release ?? 0))
      return unprocessable('Cannot delete asset from an immutable release.');
    const reply = await this.#send('DELETE', `/assets/${id}`, call);
    if (reply.status === 204) this.#assets.delete(id);
    return reply;
  }

  #lockNewOnes(): Reply {
    this.#locksNewOnes = true;
    return noContent;
  }

  routes(): readonly Route[] {
    const at = (method: Route['method'], path: string, handle: Route['handle']): Route => ({
      method,
      path,
      handle,
    });
    return [
      at('GET', '/releases', (call) => this.#send('GET', '', call)),
      at('POST', '/releases', (call) => this.#create(call)),
      at('GET', '/releases/latest', (call) => this.#send('GET', '/latest', call)),
      at('GET', '/releases/tags/{tag*}', (call) => this.#byTag(call)),
      at('GET', '/releases/assets/{id}', (call) => this.#download(call)),
      at('DELETE', '/releases/assets/{id}', (call) => this.#remove(call)),
      at('POST', '/releases/{id}/assets', (call) => this.#upload(call)),
      at('GET', '/releases/{id}/assets', (call) => this.#send('GET', `/${call.params[0]}/assets`, call)),
      at('GET', '/releases/{id}', (call) => this.#send('GET', `/${call.params[0]}`, call)),
      at('PATCH', '/releases/{id}', (call) => this.#update(call)),
      // What an upload that broke off leaves behind, for tests.
      at('POST', '/_releases/{id}/unfinished', (call) => this.#keep(call, 'open')),
      at('GET', '/immutable-releases', () =>
        this.#locksNewOnes ? ok({ enabled: true, enforced_by_owner: false }) : notFound,
      ),
      at('PUT', '/immutable-releases', () => this.#lockNewOnes()),
    ];
  }
}
