import { isRecord } from '../../lib/contract/fields.ts';
import { type Digest, isDigest } from '../../lib/digest.ts';
import type { StorableModel } from './store.ts';

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const ARTIFACT_TYPE = 'application/vnd.mlops-actions.model.v1';
const TITLE = 'org.opencontainers.image.title';

/** The empty JSON object, in the place of a configuration. Source: OCI image specification 1.1, "empty descriptor". */
export const EMPTY = {
  mediaType: 'application/vnd.oci.empty.v1+json',
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
} as const;
export const EMPTY_TEXT = '{}';

/**
 * The manifest of a model: one layer for each file, named by its path. It holds no time and no run, so that the same
 * version of the same bytes always has the same digest.
 */
export const modelManifest = ({ model, version, digest, files }: StorableModel): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    artifactType: ARTIFACT_TYPE,
    config: EMPTY,
    layers: files.map(({ path, size, sha256 }) => ({
      mediaType: 'application/octet-stream',
      digest: sha256,
      size,
      annotations: { [TITLE]: path },
    })),
    annotations: {
      [TITLE]: model,
      'org.opencontainers.image.version': version,
      'com.github.mlops-actions.model-digest': digest,
    },
  });

interface Layer {
  readonly digest: Digest;
  readonly title: string;
}

/** What a manifest refers to; `isOurs` when its layers are the files of a model. */
export interface OciManifest {
  readonly isOurs: boolean;
  readonly layers: readonly Layer[];
}

/** Reads a manifest of any artifact; `undefined` when it is none. */
export function readOciManifest(text: string): OciManifest | undefined {
  const document = parsed(text);
  if (!isRecord(document) || !Array.isArray(document['layers'])) return undefined;
  const layers: Layer[] = [];
  for (const layer of document['layers']) {
    const digest = isRecord(layer) && typeof layer['digest'] === 'string' ? layer['digest'] : '';
    if (!isDigest(digest)) return undefined;
    const annotations = isRecord(layer) ? layer['annotations'] : undefined;
    const title = isRecord(annotations) ? annotations[TITLE] : undefined;
    layers.push({ digest, title: typeof title === 'string' ? title : '' });
  }
  return { isOurs: document['artifactType'] === ARTIFACT_TYPE, layers };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
