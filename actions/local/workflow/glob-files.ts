import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a pattern list: `!` excludes, `#` starts a comment, a folder stands for everything below it. */
interface Rule {
  readonly exclude: boolean;
  readonly expression: RegExp;
}

const SPECIAL: Readonly<Record<string, string>> = { '*': '[^/]*', '?': '[^/]' };
const TOKEN = /\*\*\/|\*\*|[*?]|\[[^\]]+\]|[.+^${}()|\\/]/g;

function translate(token: string): string {
  if (token === '**/') return '(?:[^/]+/)*';
  if (token === '**') return '.*';
  if (token.startsWith('[')) return token.replace(/^\[!/, '[^');
  return SPECIAL[token] ?? `\\${token}`;
}

function toRule(line: string): Rule {
  const exclude = line.startsWith('!');
  const pattern = (exclude ? line.slice(1) : line).trim().replace(/^\.\//, '').replace(/\/+$/, '');
  const body = pattern === '.' || pattern === '' ? '.*' : `${pattern.replace(TOKEN, translate)}(?:/.*)?`;
  return { exclude, expression: new RegExp(`^${body}$`) };
}

/**
 * Files below a folder that match patterns as `@actions/glob` understands them, in its order: depth first,
 * names in code-unit order, so that `hashFiles` gives what the runner gives.
 *
 * @returns paths relative to the folder, with `/`
 */
export function globFiles(folder: string, patterns: readonly string[]): readonly string[] {
  const rules = patterns
    .flatMap((pattern) => pattern.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(toRule);
  const matches = (path: string): boolean => {
    let included = false;
    for (const rule of rules) if (rule.expression.test(path)) included = !rule.exclude;
    return included;
  };
  return filesBelow(folder, '').filter(matches);
}

/** Links to files count as files; links to folders are not followed, so that no cycle can trap the walk. */
function filesBelow(root: string, below: string): string[] {
  const entries = readdirSync(join(root, below), { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => {
      const path = below === '' ? name : `${below}/${name}`;
      const found = lstatSync(join(root, path));
      if (found.isDirectory()) return name === '.git' ? [] : filesBelow(root, path);
      const isFile = found.isFile() || statSync(join(root, path), { throwIfNoEntry: false })?.isFile();
      return isFile ? [path] : [];
    });
}
