import { Document, isScalar, Scalar, YAMLMap, YAMLSeq } from 'yaml';

/** A value to be written as YAML, any part of which may carry a comment. */
export type Yaml =
  | string
  | number
  | boolean
  | null
  | readonly Yaml[]
  | { readonly [key: string]: Yaml | undefined }
  | Noted;

/** A value with words for the reader: after it on its line where it is short, else on lines before it. */
export class Noted {
  readonly value: Yaml;
  readonly words: string;

  constructor(value: Yaml, words: string) {
    this.value = value;
    this.words = words;
  }
}

/** A value with a comment; without words, the value alone. */
export const noted = (value: Yaml, words: string | undefined): Yaml =>
  words === undefined || words === '' ? value : new Noted(value, words);

/**
 * Writes YAML 1.2 that YAML 1.1 readers understand alike (`no`, `2024-01-01` and their like are quoted). Keys keep
 * their order; those that are `undefined` are left out. Lists of plain values stand on one line.
 *
 * @param heading - comment at the top of the file
 */
export function yamlText(value: Yaml, heading?: string): string {
  const document = new Document(undefined, { version: '1.2', compat: 'yaml-1.1' });
  document.contents = nodeOf(value);
  if (heading !== undefined) document.commentBefore = commentLines(heading);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

type Node = Scalar | YAMLMap | YAMLSeq;

function nodeOf(value: Yaml): Node {
  if (value instanceof Noted) return commented(nodeOf(value.value), value.words);
  if (isList(value)) return listNode(value);
  if (typeof value === 'object' && value !== null) return mapNode(value);
  return new Scalar(value);
}

const isList = (value: Yaml): value is readonly Yaml[] => Array.isArray(value);

const onOneLine = (node: Node): boolean => isScalar(node) || node.flow === true;

function commented(node: Node, words: string): Node {
  if (onOneLine(node)) node.comment = ` ${plain(words)}`;
  else node.commentBefore = commentLines(words);
  return node;
}

function listNode(items: readonly Yaml[]): YAMLSeq {
  const list = new YAMLSeq();
  for (const item of items) list.items.push(nodeOf(item));
  list.flow = list.items.every((item) => isScalar(item) && item.comment === undefined);
  return list;
}

/** Keys whose values stand on one line. */
const INLINE: readonly string[] = ['arguments'];

function flowing(node: Node): void {
  if (!isScalar(node)) node.flow = true;
}

function mapNode(entries: { readonly [key: string]: Yaml | undefined }): YAMLMap {
  const map = new YAMLMap();
  for (const [name, value] of Object.entries(entries)) {
    if (value === undefined) continue;
    const key = new Scalar(name);
    const node = nodeOf(value);
    if (INLINE.includes(name)) flowing(node);
    if (!onOneLine(node) && typeof node.commentBefore === 'string') {
      key.commentBefore = node.commentBefore;
      node.commentBefore = null;
    }
    map.add({ key, value: node });
  }
  map.flow = map.items.length === 0;
  return map;
}

/** Nothing in a comment may end it: line breaks of any kind and control characters become blanks. */
const plain = (words: string): string => words.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();

const commentLines = (words: string): string =>
  words
    .split('\n')
    .map((line) => ` ${plain(line)}`.trimEnd())
    .join('\n');
