import { sha256 } from '../digest.ts';

/** The source expression by which a page's Content-Security-Policy allows exactly this style or script. */
export function contentHash(text: string): string {
  const hex = sha256(text).slice('sha256:'.length);
  const bytes = (hex.match(/../g) ?? []).map((byte) => String.fromCharCode(Number.parseInt(byte, 16)));
  return `sha256-${btoa(bytes.join(''))}`;
}
