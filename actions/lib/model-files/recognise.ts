import type { ModelContent } from './content.ts';
import { OPCODES } from './pickle/opcodes.ts';
import { recogniseProtobuf } from './recognise-protobuf.ts';
import { looksLikePickle } from './scan-pickle.ts';
import { formatBySignature, HEAD_BYTES, type Head, isText } from './signatures.ts';

/** Formats whose only sign could as well be a text. */
const WEAK: ReadonlySet<string> = new Set(['zlib', 'lzma', 'python-bytecode']);

const TAIL_BYTES = 8;

/** What formats are told by. */
export async function headOf(content: ModelContent): Promise<Head> {
  const { size } = content;
  const bytes = await content.read(0, Math.min(HEAD_BYTES, size));
  let latin1 = '';
  for (let at = 0; at < bytes.length; at += 8_192)
    latin1 += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  const tail = String.fromCharCode(...(await content.read(Math.max(0, size - TAIL_BYTES), size)));
  return { bytes, latin1, tail, size };
}

/**
 * The format of a content by its bytes alone; `unknown` when none is recognised. Formats without a mark are tried
 * after those with one: pickles of protocol 0, protobuf, text.
 */
export async function recogniseFormat(content: ModelContent, head: Head): Promise<string> {
  if (content.size === 0) return 'empty';
  const marked = formatBySignature(head);
  const text = isText(head);
  if (marked !== undefined && !(WEAK.has(marked) && text)) return marked;
  if (OPCODES.has(head.bytes[0] ?? 0) && (await looksLikePickle(content))) return 'pickle';
  if (text) return textFormat(head);
  return (await recogniseProtobuf(content))?.format ?? 'unknown';
}

function textFormat({ bytes }: Head): string {
  const text = new TextDecoder().decode(bytes).trimStart();
  if (/^[{[]/.test(text)) return /^\{\s*"(learner|version)"\s*:/.test(text) ? 'xgboost-json' : 'json';
  return 'text';
}
