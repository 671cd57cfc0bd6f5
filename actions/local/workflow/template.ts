import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/template-token';
import { ActionError } from '../../lib/errors.ts';

type Scalar = string | number | boolean | null;

/** A value of a workflow or action file before its expressions are evaluated. */
export type Template =
  | { readonly kind: 'scalar'; readonly value: Scalar; readonly line: number }
  /** Mixed text `a ${{ x }} b` is the expression `format('a {0} b', x)`. */
  | { readonly kind: 'expression'; readonly source: string; readonly line: number }
  | { readonly kind: 'list'; readonly items: readonly Template[]; readonly line: number }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Template>; readonly line: number };

/** What GitHub's parser returned, without the parser. */
export function toTemplate(token: TemplateToken, file: string): Template {
  const line = token.line ?? 0;
  const json = token.toJSON();
  if (json === null || json === undefined) return { kind: 'scalar', value: null, line };
  if (typeof json !== 'object') return { kind: 'scalar', value: json, line };
  if ('seq' in json) return { kind: 'list', items: json.seq.map((item) => toTemplate(item, file)), line };
  if ('map' in json) {
    const entries = json.map.map(({ Key, Value }) => [Key.toString(), toTemplate(Value, file)] as const);
    return { kind: 'map', entries: new Map(entries), line };
  }
  if (json.expr === 'insert')
    throw new ActionError(
      'invalid-file',
      `${file}:${line}: \${{ insert }} is not supported by the local runner`,
    );
  return { kind: 'expression', source: json.expr, line };
}

/** An entry of a mapping, `undefined` when there is none or the template is no mapping. */
export const entry = (template: Template | undefined, key: string): Template | undefined =>
  template?.kind === 'map' ? template.entries.get(key) : undefined;

export const entriesOf = (template: Template | undefined): ReadonlyMap<string, Template> =>
  template?.kind === 'map' ? template.entries : new Map();

/** A text that GitHub's schema allows no expression in. */
export const literal = (template: Template | undefined): string | undefined =>
  template?.kind === 'scalar' && template.value !== null ? String(template.value) : undefined;

/** A text or a list of texts without expressions. */
export const literals = (template: Template | undefined): readonly string[] =>
  template?.kind === 'list'
    ? template.items.flatMap((item) => literal(item) ?? [])
    : [literal(template) ?? []].flat();
