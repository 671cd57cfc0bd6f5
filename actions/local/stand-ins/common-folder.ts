const literalFolder = (pattern: string): readonly string[] => {
  const parts = pattern
    .replace(/^\.\//, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  const wild = parts.findIndex((part) => /[*?[]/.test(part));
  return wild < 0 ? parts : parts.slice(0, wild);
};

/**
 * The folder that paths in an artifact are relative to, by the rules of actions/upload-artifact: for one path the
 * folder itself (or the file's folder), for several the deepest folder they share.
 */
export function commonFolder(patterns: readonly string[], files: readonly string[]): string {
  const roots = patterns
    .filter((pattern) => !pattern.startsWith('!'))
    .map((pattern) => literalFolder(pattern))
    .map((parts) => (files.includes(parts.join('/')) ? parts.slice(0, -1) : parts));
  const [first = [], ...others] = roots;
  let shared = first.length;
  for (const other of others)
    while (first.slice(0, shared).some((part, at) => other[at] !== part)) shared -= 1;
  return first.slice(0, shared).join('/');
}
