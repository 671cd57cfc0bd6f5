import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from './json.ts';

/** Which part of the state a path changes, and how to read that part. */
export interface StatePart {
  /** Name of the file: `<name>.json`. */
  readonly name: string;
  readonly changedBy: RegExp;
  readonly read: () => Promise<Json> | Json;
}

/** Writes the parts that a request may have changed, so that a person or a page can look at the state as files. */
export function stateFolder(folder: string, parts: readonly StatePart[]): (path: string) => Promise<void> {
  let before: Promise<unknown> = Promise.resolve();
  const save = async (path: string): Promise<void> => {
    await mkdir(folder, { recursive: true });
    for (const part of parts) {
      if (!part.changedBy.test(path)) continue;
      const file = join(folder, `${part.name}.json`);
      await writeFile(`${file}.new`, `${JSON.stringify(await part.read(), null, 2)}\n`);
      await rename(`${file}.new`, file);
    }
  };
  return (path) => {
    const saving = before.then(() => save(path));
    before = saving.catch(() => undefined);
    return saving;
  };
}
