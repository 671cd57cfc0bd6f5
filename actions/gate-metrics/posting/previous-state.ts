const HEADING = /^### (Model gate [^\n]*)$/m;
const UPDATED = /^Updated for `([0-9a-f]{7})`/m;

/** What an earlier report of ours said, for the last line of the one that replaces it. */
export function previousState(body: string): string | undefined {
  const heading = HEADING.exec(body)?.[1];
  const commit = UPDATED.exec(body)?.[1];
  return heading === undefined ? undefined : `${heading}${commit === undefined ? '' : ` at ${commit}`}`;
}
