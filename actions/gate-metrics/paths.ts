/** A path with `/` between its parts, without `.`, with each `..` taken back where something stands before it. */
function simplify(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

/** The last part of a path. */
export const baseName = (path: string): string => path.split('/').at(-1) ?? '';

/** The path of a file that another one names relative to itself. */
export const besidePath = (file: string, relative: string): string => {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return `${folder.startsWith('/') ? '/' : ''}${simplify(`${folder}${relative}`)}`;
};

/** The path of a file inside the repository; `undefined` when it lies outside. */
export function repositoryPath(path: string): string | undefined {
  if (/^([\\/]|[A-Za-z]:)/.test(path)) return undefined;
  const simple = simplify(path);
  return simple === '..' || simple.startsWith('../') ? undefined : simple;
}
