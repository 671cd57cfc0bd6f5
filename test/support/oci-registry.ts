import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A running registry of Debian's `docker-registry`, on the loopback interface. */
export interface OciRegistry {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** Where its blobs lie. */
  readonly folder: string;
  close(): Promise<void>;
}

export interface OciRegistryOptions {
  /** The `auth:` part of its configuration, as YAML with two spaces before each line; none lets everybody in. */
  readonly auth?: string;
  /** Files beside its configuration by name; `{folder}` in `auth` is where they are. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Lines of `htpasswd` for the user `ci` with the password `registry password`, hashed with bcrypt. */
export const HTPASSWD = 'ci:$2y$04$abcdefghijklmnopqrstuuqH5N5hbFC/R1VGZr1C96c8QHUfsM0Uy\n';

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((done) => server.close(done));
  return port;
}

/** @param program - path of `docker-registry` */
export async function startRegistry(program: string, options: OciRegistryOptions = {}): Promise<OciRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(folder, name), text);
  const auth = options.auth === undefined ? '' : `auth:\n${options.auth.replaceAll('{folder}', folder)}\n`;
  const config = join(folder, 'config.yml');
  await writeFile(
    config,
    `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage:
  filesystem: { rootdirectory: ${folder} }
  delete: { enabled: true }
http: { addr: "${host}", secret: test }
${auth}`,
  );
  const server = spawn(program, ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (piece) => {
    said += piece;
  });
  const ended = new Promise((done) => server.once('exit', done));
  const close = async (): Promise<void> => {
    server.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 200; tries++) {
    if (server.exitCode !== null) break;
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer !== undefined) return { host, folder, close };
    await sleep(25);
  }
  await close();
  throw new Error(`docker-registry did not start: ${said}`);
}
