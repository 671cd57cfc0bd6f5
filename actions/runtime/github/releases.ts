import { type Digest, isDigest, sha256 } from '../../lib/digest.ts';
import { ActionError } from '../../lib/errors.ts';
import { cutMarkdown } from '../../lib/report/limits.ts';
import type { Clock } from '../runtime.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import type { UploadAsset, UploadedBytes } from './asset-upload.ts';
import type { WriteResult } from './github.ts';
import { readBack } from './read-back.ts';

export interface ReleaseAsset {
  readonly id: number;
  readonly name: string;
  readonly sizeBytes: number;
  readonly digest: Digest | undefined;
  /** `uploaded` once it is whole; an upload that broke off may leave something else behind. */
  readonly state: string;
}

export interface Release {
  readonly id: number;
  readonly tag: string;
  readonly url: string;
  /** Only those who may write see it, and its tag does not exist yet. */
  readonly draft: boolean;
  /** Assets and tag are locked for good. */
  readonly immutable: boolean;
  readonly uploadUrl: string;
  /** Markdown; empty for none. */
  readonly body: string;
  readonly assets: readonly ReleaseAsset[];
}

export interface DraftRequest {
  readonly tag: string;
  /** The commit that the tag will name; the default branch's tip if empty. */
  readonly commit: string;
  readonly title: string;
  /** Markdown; cut at the edge of a section where it is too long for GitHub. */
  readonly body: string;
}

export interface Releases {
  /** A release by tag, or the latest full one. @throws ActionError not-found */
  get(tag: string | 'latest'): Promise<Release>;
  /** An asset's bytes, checked against GitHub's own digest where it gives one. @throws ActionError digest-mismatch */
  download(asset: ReleaseAsset): Promise<Uint8Array>;
  /** The release of a tag, published or among the newest 1,000 a draft. */
  find(tag: string): Promise<Release | undefined>;
  /** A release as it is now; `undefined` when it was deleted. */
  reread(release: Release): Promise<Release | undefined>;
  /** Makes a draft, which nobody is told of. */
  draft(request: DraftRequest): Promise<WriteResult<Release>>;
  /** Adds an asset. One of that name that is there already is the result: compare its digest. */
  upload(release: Release, name: string, file: UploadedBytes): Promise<WriteResult<ReleaseAsset>>;
  /** Removes an asset; one that is gone already is removed. */
  remove(asset: ReleaseAsset): Promise<WriteResult<null>>;
  /** Replaces the text, which also a locked release allows; cut at the edge of a section where it is too long for GitHub. */
  describe(release: Release, body: string): Promise<WriteResult<Release>>;
  /** Publishes a draft, which makes its tag and, where the repository says so, locks both. */
  publish(release: Release): Promise<WriteResult<Release>>;
}

const RELEASES = '/repos/{owner}/{repo}/releases';
const DRAFTS_SEARCHED = 1_000;
/** GitHub takes 125,000 characters. */
const BODY_LIMIT = { maxCharacters: 120_000 };
const REST =
  'The whole notes are in `release-notes.md`, in the artifact of the run that registered the version.';

function readAsset(answer: Answer): ReleaseAsset {
  const digest = answer.optionalText('digest') ?? '';
  return {
    id: answer.integer('id'),
    name: answer.text('name'),
    sizeBytes: answer.integer('size'),
    digest: isDigest(digest) ? digest : undefined,
    state: answer.text('state'),
  };
}

const readRelease = (answer: Answer): Release => ({
  id: answer.integer('id'),
  tag: answer.text('tag_name'),
  url: answer.text('html_url'),
  draft: answer.boolean('draft'),
  immutable: answer.has('immutable') && answer.boolean('immutable'),
  uploadUrl: answer.text('upload_url'),
  body: answer.optionalText('body') ?? '',
  assets: answer.list('assets').map(readAsset),
});

/** The bytes of an asset, if they are what GitHub promised. @throws ActionError digest-mismatch */
function verified(asset: ReleaseAsset, bytes: Uint8Array): Uint8Array {
  if (bytes.length !== asset.sizeBytes)
    throw new ActionError(
      'digest-mismatch',
      `release asset ${asset.name}: ${bytes.length} bytes came, GitHub promised ${asset.sizeBytes}. Run the job again.`,
    );
  const digest = sha256(bytes);
  if (asset.digest !== undefined && digest !== asset.digest)
    throw new ActionError(
      'digest-mismatch',
      `release asset ${asset.name}: came as ${digest}, GitHub promised ${asset.digest}. Run the job again.`,
    );
  return bytes;
}

const isWhole = (asset: ReleaseAsset): boolean => asset.state === 'uploaded';

export function createReleases(api: RepositoryApi, clock: Clock, uploadAsset: UploadAsset): Releases {
  const assetsOf = (release: Release): Promise<readonly ReleaseAsset[]> =>
    api.list(`GET ${RELEASES}/{release_id}/assets`, { release_id: release.id }, readAsset);

  const byId = (id: number): Promise<Release | undefined> =>
    api.find(`GET ${RELEASES}/{release_id}`, { release_id: id }, readRelease);

  /** Drafts have no tag to be asked for by. The oldest, should there be several, so that everybody picks the same. */
  async function find(tag: string): Promise<Release | undefined> {
    const published = await api.find(`GET ${RELEASES}/tags/{tag}`, { tag }, readRelease);
    if (published !== undefined) return published;
    const newest = await api.list(`GET ${RELEASES}`, {}, readRelease, { atMost: DRAFTS_SEARCHED });
    return newest.filter((release) => release.tag === tag).sort((a, b) => a.id - b.id)[0];
  }

  async function change(
    id: number,
    wish: { readonly body: string } | { readonly draft: false },
    isDone: (release: Release) => boolean,
  ): Promise<WriteResult<Release>> {
    const sent = await api.write(`PATCH ${RELEASES}/{release_id}`, { release_id: id }, wish, readRelease);
    return readBack(sent, clock, async () => {
      const release = await byId(id);
      return release !== undefined && isDone(release) ? release : undefined;
    });
  }

  return {
    find,

    reread: ({ id }) => byId(id),

    get: (tag) =>
      tag === 'latest'
        ? api.get(`GET ${RELEASES}/latest`, {}, readRelease)
        : api.get(`GET ${RELEASES}/tags/{tag}`, { tag }, readRelease),

    download: async (asset) =>
      verified(asset, await api.bytes(`GET ${RELEASES}/assets/{asset_id}`, { asset_id: asset.id })),

    async draft({ tag, commit, title, body }) {
      const request = {
        tag_name: tag,
        ...(commit === '' ? {} : { target_commitish: commit }),
        name: title,
        body: cutMarkdown(body, BODY_LIMIT, REST),
        draft: true,
      };
      const sent = await api.write(`POST ${RELEASES}`, {}, request, readRelease);
      return readBack(sent, clock, () => find(tag));
    },

    async upload(release, name, file) {
      const look = async () => (await assetsOf(release)).find((asset) => asset.name === name);
      const sent = await uploadAsset(release.uploadUrl, name, file);
      if (sent.kind === 'done') return { kind: 'done', value: readAsset(sent.value) };
      const there = sent.kind === 'refused' && sent.status === 422 ? await look() : undefined;
      if (there !== undefined && isWhole(there)) return { kind: 'done', value: there };
      return readBack(sent, clock, async () => {
        const asset = await look();
        return asset !== undefined && isWhole(asset) ? asset : undefined;
      });
    },

    async remove({ id }) {
      const route = `${RELEASES}/assets/{asset_id}`;
      const sent = await api.write(`DELETE ${route}`, { asset_id: id }, {}, () => null);
      if (sent.kind === 'refused' && sent.status === 404) return { kind: 'done', value: null };
      return readBack(sent, clock, async () =>
        (await api.find(`GET ${route}`, { asset_id: id }, readAsset)) === undefined ? null : undefined,
      );
    },

    async describe({ id }, text) {
      const body = cutMarkdown(text, BODY_LIMIT, REST);
      return change(id, { body }, (release) => release.body === body);
    },

    publish: ({ id }) => change(id, { draft: false }, ({ draft }) => !draft),
  };
}
