import {
  type Document,
  isAlias,
  isCollection,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import { ActionError, errorMessage } from '../errors.ts';
import { MAX_DEPTH, type ParsedText, type ValuePath } from './parsed-text.ts';

export interface YamlOptions {
  /** `keep` reads `.nan`, `.inf` and numbers too large for a double as the non-finite numbers they stand for. */
  readonly nonFinite?: 'refuse' | 'keep';
}

/**
 * Reads one YAML 1.2 document of the core schema. Refused, with line and column: syntax errors, tags, duplicate
 * keys, a second document, keys that are not texts, numbers that are not finite or that a double cannot hold,
 * nesting over 64, and aliases that multiply.
 *
 * @param where - name of the text for messages
 * @returns `null` as the value of an empty text
 * @throws ActionError invalid-file
 */
export function parseYamlStrict(text: string, where: string, options: YamlOptions = {}): ParsedText {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    merge: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${where}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const refuse: Refuse = (offset, message) => {
    throw new ActionError('invalid-file', `${place(offset)}: not valid YAML: ${message}`);
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem)
    refuse(
      problem.pos[0],
      problem.code === 'MULTIPLE_DOCS' ? 'Source contains multiple documents; keep one' : problem.message,
    );
  refuseNodes(document, refuse, options);
  return { value: plainValue(document, where), where, at: (path) => place(offsetOf(document, path)) };
}

type Refuse = (offset: number, message: string) => never;

function refuseNodes(document: Document, refuse: Refuse, { nonFinite }: YamlOptions): void {
  visit(document, {
    Node(_key, node, ancestors) {
      const offset = node.range?.[0] ?? 0;
      if (ancestors.filter(isCollection).length > MAX_DEPTH)
        refuse(offset, `nested deeper than ${MAX_DEPTH}`);
      if (node.tag !== undefined && !/^(tag:yaml\.org,2002:|!$)/.test(node.tag))
        refuse(offset, `the tag ${node.tag} is not used here`);
      if (isAlias(node) && !node.resolve(document))
        refuse(offset, `the alias *${node.source} stands for nothing`);
      if (!isScalar(node) || typeof node.value !== 'number') return;
      if (nonFinite !== 'keep' || Number.isFinite(node.value))
        refuseNumber(node.value, node.source, (why) => refuse(offset, why));
    },
  });
}

function refuseNumber(value: number, source: string | undefined, refuse: (message: string) => never): void {
  const written = source ?? String(value);
  if (!Number.isFinite(value)) refuse(`${written} is not a finite number`);
  if (/^[-+]?\d+$/.test(written) && !Number.isSafeInteger(value))
    refuse(`${written} is beyond ±(2^53 - 1) and cannot be held exactly; put it in quotes`);
}

function plainValue(document: Document, where: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new ActionError('invalid-file', `${where}: not valid YAML: ${errorMessage(cause)}`, { cause });
  }
}

/** Where the value at a path begins, or the innermost value around it that exists. */
function offsetOf(document: Document, path: ValuePath): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
