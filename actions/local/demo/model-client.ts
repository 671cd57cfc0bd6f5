import { Agent, request } from 'node:http';

/** A visitor of the model server, over connections that are kept open. */
export class ModelClient {
  readonly #address: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(address: string) {
    this.#address = address;
  }

  /** What the model says about a penguin; `undefined` when nobody answers. */
  async predict(
    id: string,
    row: Readonly<Record<string, string>>,
  ): Promise<{ readonly version: string; readonly label: string } | undefined> {
    const { status, body } = await this.#send('POST', '/predict', JSON.stringify({ id, row }));
    return status === 200 ? JSON.parse(body) : undefined;
  }

  async tellTruth(id: string, label: string): Promise<void> {
    await this.#send('POST', '/feedback', JSON.stringify({ id, label }));
  }

  /** What the server says at a path, as JSON. */
  async read(path: string): Promise<Readonly<Record<string, unknown>>> {
    return JSON.parse((await this.#send('GET', path)).body);
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    method: string,
    path: string,
    body = '',
  ): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, this.#address), { method, agent: this.#agent }, (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () =>
          resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
        reply.on('error', reject);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}
