/** One path segment of a pattern: a plain name, any number of folders, or names that match. */
export type GlobSegment =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'folders' }
  | { readonly kind: 'match'; readonly pattern: string };

const MAX_ALTERNATIVES = 1_000;

/** Whether a text has any of the characters that make it a pattern: `*`, `?`, `[…]`, `{…,…}`. */
export const isGlob = (text: string): boolean => /[*?]|\[.*\]|\{.*,.*\}/.test(text);

/**
 * The segments of a pattern, once for each choice of its `{a,b}` parts. `**` stands for any number of folders,
 * `*` for any characters of a name, `?` for one, `[a-z]` and `[!a-z]` for one of (or outside) a set.
 *
 * @throws RangeError for more than 1,000 choices
 */
export const parseGlob = (pattern: string): readonly (readonly GlobSegment[])[] =>
  alternatives(pattern).map((path) =>
    path
      .split('/')
      .filter((part, index) => part !== '.' && (part !== '' || index === 0))
      .map((part): GlobSegment => {
        if (part === '**') return { kind: 'folders' };
        return isGlob(part) ? { kind: 'match', pattern: part } : { kind: 'name', name: part };
      }),
  );

function alternatives(pattern: string): readonly string[] {
  const results: string[] = [];
  const pending = [pattern];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const match = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(next);
    if (match)
      pending.push(...(match[2] ?? '').split(',').map((choice) => `${match[1]}${choice}${match[3]}`));
    else results.push(next);
    if (results.length + pending.length > MAX_ALTERNATIVES)
      throw new RangeError(`the pattern has more than ${MAX_ALTERNATIVES} choices`);
  }
  return results;
}

/**
 * Whether a name matches one segment of a pattern. Names that begin with a dot match only where the pattern says
 * the dot. Takes time proportional to the product of the two lengths at most.
 */
export function matchesSegment(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const tokens = tokenize(pattern);
  const characters = [...name];
  let token = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < characters.length; ) {
    const current = tokens[token];
    if (current === '*') {
      star = token++;
      resume = index;
    } else if (current?.(characters[index] ?? '')) {
      token++;
      index++;
    } else if (star >= 0) {
      token = star + 1;
      index = ++resume;
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest === '*');
}

type Token = '*' | ((character: string) => boolean);

function tokenize(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const part of pattern.match(/\*+|\?|\[[!^]?[^\]]+\]|./gsu) ?? []) {
    if (part.startsWith('*')) tokens.push('*');
    else if (part === '?') tokens.push(() => true);
    else if (part.length > 2 && part.startsWith('[') && part.endsWith(']'))
      tokens.push(characterSet(part.slice(1, -1)));
    else tokens.push((character) => character === part);
  }
  return tokens;
}

function characterSet(set: string): (character: string) => boolean {
  const negated = /^[!^]/.test(set);
  const ranges = (negated ? set.slice(1) : set).match(/.-.|./gsu) ?? [];
  return (character) =>
    negated !==
    ranges.some((range) => {
      const [low = '', , high = low] = [...range];
      return character >= low && character <= high;
    });
}

/** Whether a path, with `/` between its names, matches a whole pattern. */
export const matchesGlob = (pattern: string, path: string): boolean => {
  const names = path.split('/').filter((name) => name !== '.' && name !== '');
  return parseGlob(pattern).some((segments) => matchesFrom(segments, 0, names, 0));
};

function matchesFrom(
  segments: readonly GlobSegment[],
  at: number,
  names: readonly string[],
  from: number,
): boolean {
  const segment = segments[at];
  if (segment === undefined) return from === names.length;
  if (segment.kind === 'folders')
    return (
      matchesFrom(segments, at + 1, names, from) ||
      (from < names.length && matchesFrom(segments, at, names, from + 1))
    );
  const name = names[from];
  if (name === undefined) return false;
  const fits = segment.kind === 'name' ? segment.name === name : matchesSegment(segment.pattern, name);
  return fits && matchesFrom(segments, at + 1, names, from + 1);
}
