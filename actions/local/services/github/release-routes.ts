import { createHash } from 'node:crypto';
import { asGitHubShows } from './conversation-routes.ts';
import { isObject, type Json, type JsonObject, numberOf, objectsOf } from './json.ts';
import { type Call, notFound, type Reply, type Route, unprocessable } from './routes.ts';
import type { Site } from './site.ts';
import type { Upstream } from './upstream.ts';

const ASSET_LIMIT = 2 ** 31;

interface Asset {
  readonly name: string;
  readonly release: number;
  readonly bytes: Uint8Array;
  readonly digest: string;
}

/** `/releases`: the emulator's, with the bytes of the assets kept and their digests told. */
export function releaseRoutes(upstream: Upstream, site: Site): readonly Route[] {
  const base = `/repos/${site.owner}/${site.repo}`;
  const assets = new Map<number, Asset>();

  const withDigest = (asset: JsonObject): JsonObject => {
    const kept = assets.get(numberOf(asset, 'id') ?? 0);
    return { ...asset, digest: kept?.digest ?? null, ...(kept ? { size: kept.bytes.length } : {}) };
  };

  const dressed = (json: Json): Json => {
    if (Array.isArray(json)) return json.map(dressed);
    if (!isObject(json)) return json;
    if (json['assets'] === undefined)
      return json['browser_download_url'] === undefined ? json : withDigest(json);
    return { ...json, immutable: false, assets: objectsOf(json, 'assets').map(withDigest) };
  };

  const send = async (method: string, path: string, call: Call, body?: Json): Promise<Reply> => {
    const search = call.query.size > 0 ? `?${call.query}` : '';
    const reply = await upstream.send(method, `${base}${path}${search}`, call.token.login, body);
    return reply.json === undefined ? reply : { ...reply, json: dressed(asGitHubShows(reply.json, site)) };
  };

  async function upload(call: Call): Promise<Reply> {
    const [release = ''] = call.params;
    const name = call.query.get('name') ?? '';
    const twin = [...assets.values()].some(
      (asset) => asset.release === Number(release) && asset.name === name,
    );
    if (twin) return unprocessable('Validation Failed: already_exists (ReleaseAsset name)');
    if (call.bytes.length === 0 || call.bytes.length >= ASSET_LIMIT)
      return unprocessable('Bad Content-Length');
    const type = call.headers.get('content-type') ?? 'application/octet-stream';
    const path = `${base}/releases/${release}/assets?name=${encodeURIComponent(name)}`;
    const reply = await upstream.send('POST', path, call.token.login, call.bytes, type);
    const id = numberOf(reply.json, 'id');
    if (reply.status !== 201 || id === undefined) return reply;
    const digest = `sha256:${createHash('sha256').update(call.bytes).digest('hex')}`;
    assets.set(id, { name, release: Number(release), bytes: call.bytes, digest });
    return { status: 201, json: dressed(asGitHubShows(reply.json ?? null, site)) };
  }

  function download(call: Call): Promise<Reply> | Reply {
    const id = Number(call.params[0]);
    if (!(call.headers.get('accept') ?? '').includes('octet-stream'))
      return send('GET', `/releases/assets/${id}`, call);
    const asset = assets.get(id);
    return asset
      ? { status: 200, bytes: asset.bytes, headers: { 'content-type': 'application/octet-stream' } }
      : notFound;
  }

  async function remove(call: Call): Promise<Reply> {
    const id = Number(call.params[0]);
    const reply = await send('DELETE', `/releases/assets/${id}`, call);
    if (reply.status === 204) assets.delete(id);
    return reply;
  }

  return [
    { method: 'GET', path: '/releases', handle: (call) => send('GET', '/releases', call) },
    { method: 'POST', path: '/releases', handle: (call) => send('POST', '/releases', call, call.body) },
    { method: 'GET', path: '/releases/latest', handle: (call) => send('GET', '/releases/latest', call) },
    {
      method: 'GET',
      path: '/releases/tags/{tag*}',
      handle: (call) => send('GET', `/releases/tags/${encodeURIComponent(call.params[0] ?? '')}`, call),
    },
    { method: 'GET', path: '/releases/assets/{id}', handle: download },
    { method: 'DELETE', path: '/releases/assets/{id}', handle: remove },
    { method: 'POST', path: '/releases/{id}/assets', handle: upload },
    {
      method: 'GET',
      path: '/releases/{id}/assets',
      handle: (call) => send('GET', `/releases/${call.params[0]}/assets`, call),
    },
    {
      method: 'GET',
      path: '/releases/{id}',
      handle: (call) => send('GET', `/releases/${call.params[0]}`, call),
    },
    {
      method: 'PATCH',
      path: '/releases/{id}',
      handle: (call) => send('PATCH', `/releases/${call.params[0]}`, call, call.body),
    },
  ];
}
