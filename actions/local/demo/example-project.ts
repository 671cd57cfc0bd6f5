import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { parseDuration } from '../../lib/duration.ts';
import type { Bird } from './live-traffic.ts';

export type Files = Readonly<Record<string, Uint8Array>>;

/** How much shorter the demo's bake times are than the project's: ten minutes of waiting are a bit more than a second. */
const TIME_SCALE = 500;

const PLACEHOLDER = 'https://penguins.example.org';

/** The example as a team's repository would hold it: the project at the root, the workflows where GitHub looks for them. */
export function exampleRepository(examples: string, productionAddress: string): Files {
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
      path.startsWith('.mlops/rollout.')
        ? Buffer.from(adaptRollout(content.toString(), productionAddress))
        : content,
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
export function adaptRollout(text: string, address: string): string {
  const document = parseDocument(text);
  visit(document, {
    Map(_, map) {
      const asks = map.items.some(
        ({ value }) => isScalar(value) && String(value.value).startsWith(PLACEHOLDER),
      );
      if (asks) map.set('allow-private-network', true);
    },
    Pair(_, pair) {
      const { key, value } = pair;
      if (!isScalar(key) || !isScalar(value) || isMap(value)) return;
      const found = String(value.value);
      if (found.startsWith(PLACEHOLDER)) value.value = found.replace(PLACEHOLDER, address);
      const ms = key.value === 'bake' || key.value === 'interval' ? parseDuration(found) : undefined;
      if (ms !== undefined) value.value = `${ms / TIME_SCALE}ms`;
    },
  });
  return document.toString();
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
