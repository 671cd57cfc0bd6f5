import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { parseDuration } from '../../lib/duration.ts';
import type { Bird } from './live-traffic.ts';

export type Files = Readonly<Record<string, Uint8Array>>;

/** How much shorter the demo's waits are than the project's: two days are a bit more than two seconds. */
const TIME_SCALE = 72_000;

/** A wait is never so short that nothing could be measured in it. */
const SHORTEST_MS: Readonly<Record<string, number>> = { bake: 1_200, interval: 600 };

/** Where the project's model servers are on this machine, by environment. */
export type Addresses = Readonly<Record<'staging' | 'production', string>>;

const PLACEHOLDERS = {
  staging: 'https://staging.penguins.example.org',
  production: 'https://penguins.example.org',
} as const;

/** The example as a team's repository would hold it: the project at the root, the workflows where GitHub looks for them. */
export function exampleRepository(examples: string, addresses: Addresses): Files {
  const workflows = readdirSync(examples).filter((name) => name.endsWith('.yml'));
  const files = {
    ...readTree(join(examples, 'penguins'), ''),
    ...Object.fromEntries(
      workflows.map((name) => [`.github/workflows/${name}`, readFileSync(join(examples, name))]),
    ),
  };
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [
      path,
      path.startsWith('.mlops/rollout.') ? Buffer.from(adaptRollout(content.toString(), addresses)) : content,
    ]),
  );
}

function readTree(folder: string, prefix: string): Record<string, Buffer> {
  const entries = readdirSync(folder)
    .filter((name) => name !== 'node_modules' && name !== '__pycache__')
    .map((name): Record<string, Buffer> => {
      const path = join(folder, name);
      return statSync(path).isDirectory()
        ? readTree(path, `${prefix}${name}/`)
        : { [`${prefix}${name}`]: readFileSync(path) };
    });
  return Object.assign({}, ...entries);
}

/**
 * A rollout file of the example for this machine: the model server's real address, the permission to talk to it on
 * loopback, and bake times that fit into a minute. Nothing else changes.
 */
export function adaptRollout(text: string, addresses: Addresses): string {
  const document = parseDocument(text);
  visit(document, {
    Map(_, map) {
      const asks = map.items.some(({ value }) => isScalar(value) && localAddress(value.value, addresses));
      if (asks) map.set('allow-private-network', true);
    },
    Pair(_, pair) {
      const { key, value } = pair;
      if (!isScalar(key) || !isScalar(value) || isMap(value)) return;
      value.value = localAddress(value.value, addresses) ?? value.value;
      const shortest = SHORTEST_MS[String(key.value)];
      const ms = shortest === undefined ? undefined : parseDuration(String(value.value));
      if (shortest !== undefined && ms) value.value = `${Math.max(shortest, ms / TIME_SCALE)}ms`;
    },
  });
  return document.toString();
}

/** What an address of the project is on this machine; `undefined` for what is none. */
function localAddress(value: unknown, addresses: Addresses): string | undefined {
  const text = String(value);
  for (const environment of ['staging', 'production'] as const) {
    const placeholder = PLACEHOLDERS[environment];
    if (text.startsWith(placeholder)) return text.replace(placeholder, addresses[environment]);
  }
  return undefined;
}

/** The penguins of a CSV file of the example, which has no quoted fields. */
export function readBirds(examples: string, file: string): readonly Bird[] {
  const [header = '', ...lines] = readFileSync(join(examples, 'penguins', 'data', file), 'utf8')
    .trimEnd()
    .split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const { species = '', ...row } = Object.fromEntries(
      line.split(',').map((cell, index) => [names[index], cell]),
    );
    return { row, species };
  });
}
