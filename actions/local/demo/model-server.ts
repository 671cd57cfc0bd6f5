import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A running model server of the example project. */
export interface ModelServer {
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts the project's own server on a free port; resolves when it listens. */
export async function startModelServer(
  project: string,
  stateFolder: string,
  secret: string,
): Promise<ModelServer> {
  const child = spawn(process.execPath, [join(project, 'serve', 'server.ts'), '--state', stateFolder], {
    env: { ...process.env, SERVING_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await firstAddress(child);
  return {
    address,
    async stop() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

async function firstAddress(child: ChildProcess): Promise<string> {
  if (child.stdout) {
    const lines = createInterface(child.stdout);
    for await (const line of lines) {
      const address = /^listening on (\S+)$/.exec(line)?.[1];
      if (address === undefined) continue;
      child.stdout.resume(); // keep reading, or a full pipe would stop the server
      return address;
    }
  }
  throw new Error('the model server ended before it listened');
}
