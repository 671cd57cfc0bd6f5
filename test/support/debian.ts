import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'vitest';

/** Programs of Debian that tests run for real, and the package that brings each. */
const PACKAGES = {
  haproxy: 'haproxy',
  nginx: 'nginx-light',
  prometheus: 'prometheus',
  'docker-registry': 'docker-registry',
} as const;

export type DebianProgram = keyof typeof PACKAGES;

/** Debian keeps servers in folders that are not on the path of every user. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** Where a program lies, `undefined` when it is not installed. */
export const debianProgram = (name: DebianProgram): string | undefined =>
  FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));

/**
 * Tests that need a real server. Without it they are skipped with a line that says so; on CI, which installs it, they
 * fail instead: a test that is skipped everywhere proves nothing.
 */
export function describeWith(name: DebianProgram, tests: (path: string) => void): void {
  const path = debianProgram(name);
  if (path !== undefined) {
    describe(`with Debian's ${name}`, () => tests(path));
    return;
  }
  const how = `${name} is not installed: apt-get install ${PACKAGES[name]}`;
  if (process.env['MLOPS_REQUIRE_SERVERS'] === '1')
    test(how, () => {
      throw new Error(how);
    });
  else {
    console.warn(`Skipped: ${how}`);
    test.skip(how, () => undefined);
  }
}
