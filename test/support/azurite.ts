import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import {
  BlobSASPermissions,
  BlobServiceClient,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { BlobStore } from '../../actions/local/services/results/blob-store.ts';

const MAIN = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
const ARGUMENTS = [
  ...['--blobHost', '127.0.0.1', '--blobPort', '0', '--inMemoryPersistence'],
  ...['--disableTelemetry', '--skipApiVersionCheck', '--silent'],
];
const CONTAINER = 'results';

/** Microsoft's own emulator of the blob service; it takes two seconds to start, so once per test file. */
export async function startAzurite(folder: string): Promise<BlobStore & { close(): Promise<void> }> {
  const child = spawn(process.execPath, [MAIN, ...ARGUMENTS], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
  });
  const port = await listeningPort(child);
  const service = BlobServiceClient.fromConnectionString(developmentConnection(port));
  const { credential } = service;
  if (!(credential instanceof StorageSharedKeyCredential)) throw new Error('no development key');
  const container = service.getContainerClient(CONTAINER);
  await container.create();
  const sign = (path: string, permissions: string, headers: Record<string, string> = {}): string => {
    const query = generateBlobSASQueryParameters(
      {
        containerName: CONTAINER,
        blobName: path,
        permissions: BlobSASPermissions.parse(permissions),
        startsOn: new Date(Date.now() - 60_000),
        expiresOn: new Date(Date.now() + 3_600_000),
        protocol: SASProtocol.HttpsAndHttp,
        ...headers,
      },
      credential,
    );
    return `${container.getBlobClient(path).url}?${query}`;
  };
  return {
    uploadUrl: async (path) => sign(path, 'racwd'),
    downloadUrl: async (path, { contentType, fileName }) =>
      sign(path, 'r', { contentType, contentDisposition: `attachment; filename="${fileName}"` }),
    size: async (path) => {
      const blob = container.getBlobClient(path);
      return (await blob.exists()) ? (await blob.getProperties()).contentLength : undefined;
    },
    delete: async (path) => {
      await container.deleteBlob(path);
    },
    close: async () => {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}

/** The account and key that Microsoft publishes for the emulator, at a port of our own. */
const developmentConnection = (port: number): string =>
  [
    'DefaultEndpointsProtocol=http',
    'AccountName=devstoreaccount1',
    'AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
    `BlobEndpoint=http://127.0.0.1:${port}/devstoreaccount1;`,
  ].join(';');

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`Azurite did not start: ${output}`)), 30_000);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const match = /listens on https?:\/\/[^:]+:(\d+)/i.exec(output);
      if (!match) return;
      clearTimeout(timer);
      resolve(Number(match[1]));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`Azurite ended with ${code}: ${output}`)));
  });
}
