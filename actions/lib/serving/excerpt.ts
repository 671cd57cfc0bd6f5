import { visibleText } from '../report/visible-text.ts';

/** Secrets are looked for in this much of a text, so that one at the end of the excerpt is found whole. */
const LOOKED_AT = 16_384;
const SHOWN = 240;

/** The beginning of a foreign text on one line, in quotes, without secrets and invisible characters. */
export function excerpt(text: string, redact: (text: string) => string): string {
  const line = visibleText(redact(text.slice(0, LOOKED_AT)).trim().replace(/\s+/g, ' '));
  return line.length > SHOWN ? `"${line.slice(0, SHOWN).toWellFormed()}…"` : `"${line}"`;
}
