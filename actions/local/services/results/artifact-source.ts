import type { ArtifactSource } from '../github/run-routes.ts';
import type { ArtifactIndex } from './artifact-index.ts';
import { artifactUrl } from './artifact-service.ts';
import type { BlobStore } from './blob-store.ts';

/** The artifacts of all runs as the REST service lists them and hands them out. */
export const artifactSource = (index: ArtifactIndex, blobs: BlobStore): ArtifactSource => ({
  list: async () =>
    index.all().map(({ id, name, sizeBytes, digest, run, created }) => ({
      ...{ id, name, sizeBytes, digest },
      run: Number(run),
      createdAt: created,
      expired: false,
    })),
  read: async (id) => {
    const artifact = index.all().find((known) => known.id === id);
    if (!artifact) return undefined;
    const reply = await fetch(await artifactUrl(blobs, artifact));
    return reply.ok ? new Uint8Array(await reply.arrayBuffer()) : undefined;
  },
});
