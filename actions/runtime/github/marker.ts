import { cutMarkdown } from '../../lib/report/limits.ts';

/** A hidden line that names what a comment or issue of ours is about; `--` would end an HTML comment. */
export const marker = (key: string): string => `<!-- mlops-actions:${key.replace(/--+|[<>\r\n]/g, '-')} -->`;

/**
 * Whether a body is the one of this key. Its first marker counts, which we put on top: a report may quote documents, and
 * a marker among their text must not make one incident pass for another.
 */
export const isMarked = (body: string, key: string): boolean =>
  /<!-- mlops-actions:.*? -->/.exec(body)?.[0] === marker(key);

/** GitHub refuses more than 65,536 characters; how it counts them is not documented, so this leaves room. */
const LIMIT = { maxCharacters: 60_000 };

/** A body with its marker, cut at a section's edge where it is too long for GitHub. */
export const markedBody = (key: string, body: string): string =>
  `${marker(key)}\n${cutMarkdown(body, LIMIT)}`;
