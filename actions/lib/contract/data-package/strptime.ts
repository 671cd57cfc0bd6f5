/** The directives of strptime that dates are read by, with the letters of java.time for the same. */
const DIRECTIVES: ReadonlyMap<string, string> = new Map([
  ['%Y', 'yyyy'],
  ['%m', 'MM'],
  ['%d', 'dd'],
  ['%H', 'HH'],
  ['%M', 'mm'],
  ['%S', 'ss'],
  ['%f', 'SSSSSS'],
  ['%z', 'XX'],
  ['%-m', 'M'],
  ['%-d', 'd'],
  ['%-H', 'H'],
  ['%F', 'yyyy-MM-dd'],
  ['%T', 'HH:mm:ss'],
  ['%%', '%'],
]);

/**
 * The pattern of java.time for one of strptime: `%d/%m/%Y` is `dd/MM/yyyy`.
 *
 * @returns the pattern, or the directive that has no counterpart
 */
export function javaPattern(strptime: string): string | { readonly unsupported: string } {
  let pattern = '';
  for (const [piece] of strptime.matchAll(/%-?.?|[A-Za-z]+|'|[^%A-Za-z']+/gs)) {
    const letters = DIRECTIVES.get(piece);
    if (letters !== undefined) pattern += letters;
    else if (piece.startsWith('%')) return { unsupported: piece };
    else pattern += piece === "'" ? "''" : /^[A-Za-z]/.test(piece) ? `'${piece}'` : piece;
  }
  return pattern;
}
