import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutsideWorld } from './outside-world.ts';

/**
 * What becomes of a program whose step is killed while it has yet to make its change: it dies with it (the machine is
 * lost), makes its change all the same, or makes it once somebody else has gone on.
 */
export type Fate = 'dies' | 'goes on' | 'comes late';

/**
 * Sets and reads shares of traffic that are kept in a file, as a program of a user's would: it refuses fences older than
 * the newest it has seen. Before it looks at anything, and when it is done, it says so and waits for a word.
 */
const PROGRAM = `#!/usr/bin/env bash
set -euo pipefail
verb=$1 state=$2/state
exec 3<>"/dev/tcp/127.0.0.1/$3"
say() { printf '%s\\n' "$1" >&3; read -r word <&3; [ "$word" = go ] || kill -KILL $$; }
say "begin $verb"
case $verb in
set)
  if [ -e "$state.fence" ] && [ "$MLOPS_FENCE" -lt "$(cat "$state.fence")" ]; then exit 4; fi
  printf '%s' "$MLOPS_FENCE" >"$state.fence"
  printf '{"weights":{"%s":%d,"%s":%d}}' "$MLOPS_VERSION" "$MLOPS_WEIGHT" "$MLOPS_PREVIOUS_VERSION" $((100 - MLOPS_WEIGHT)) >"$state.$$"
  mv "$state.$$" "$state"
  printf '%s %s %s %s\\n' "$MLOPS_VERSION" "$MLOPS_WEIGHT" "$MLOPS_FENCE" "$MLOPS_IDEMPOTENCY_KEY" >>"$state.log"
  ;;
read) cat "$state" ;;
esac
say "end $verb"
`;

/** A program that switches traffic for the steps of one world, each run of which is an effect: `RUN set`, `RUN read`. */
export class TrafficProgram {
  /** Decides about a program whose step has been killed. */
  fate: Fate = 'dies';
  readonly files = { 'traffic.sh': PROGRAM } as const;
  readonly #folder = mkdtempSync(join(tmpdir(), 'mlops-traffic-'));
  readonly #world: OutsideWorld;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #held: Socket[] = [];
  #port = 0;

  private constructor(world: OutsideWorld) {
    this.#world = world;
    writeFileSync(this.#state, JSON.stringify({ weights: world.router.weights }));
    this.#server = createServer((socket) => {
      this.#open.add(socket);
      socket.on('close', () => this.#open.delete(socket));
      socket.on('error', () => undefined); // It was killed.
      this.#attend(socket);
    });
  }

  static async start(world: OutsideWorld): Promise<TrafficProgram> {
    const program = new TrafficProgram(world);
    await new Promise<void>((done) => {
      program.#server.listen(0, '127.0.0.1', done);
    });
    const address = program.#server.address();
    program.#port = typeof address === 'object' && address ? address.port : 0;
    return program;
  }

  get #state(): string {
    return join(this.#folder, 'state');
  }

  /** `traffic:` of a rollout file. */
  get block(): string {
    const argv = (verb: string) => `["bash", "traffic.sh", "${verb}", "${this.#folder}", "${this.#port}"]`;
    return `
  driver: command
  command: { set: ${argv('set')}, read: ${argv('read')}, timeout: 30s }
  verify: { timeout: 5s }`;
  }

  #attend(socket: Socket): void {
    let effect: Parameters<OutsideWorld['watch']>[0] | undefined;
    socket.on('data', async (data: Buffer) => {
      const [when = '', verb = ''] = data.toString().trim().split(' ');
      if (effect === undefined) {
        effect = { number: this.#world.effects.length + 1, call: `RUN ${verb}`, unseen: false };
        this.#world.effects.push(effect);
      }
      const begins = when === 'begin';
      const word = await this.#world.watch(effect, begins ? 'before' : 'after');
      if (word === 'go on' || !begins) return void socket.write('go\n');
      if (this.fate === 'comes late') this.#held.push(socket);
      else socket.write(this.fate === 'dies' ? 'die\n' : 'go\n');
    });
  }

  /** Waits for all programs to end, after those that come late are let go on. */
  async settle(): Promise<void> {
    for (const socket of this.#held.splice(0)) socket.write('go\n');
    await Promise.all([...this.#open].map((socket) => new Promise((done) => socket.once('close', done))));
  }

  /** Has the router of the world show what the programs did, so that the promises about traffic are seen to be kept. */
  show(): void {
    const { router } = this.#world;
    router.weights = JSON.parse(readFileSync(this.#state, 'utf8')).weights;
    const log = `${this.#state}.log`;
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
    const changes = lines.map((line) => {
      const [version = '', weight, fence, key = ''] = line.split(' ');
      return { version, weight: Number(weight), fence: Number(fence), key };
    });
    router.changes.splice(0, router.changes.length, ...changes);
  }

  close(): void {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
