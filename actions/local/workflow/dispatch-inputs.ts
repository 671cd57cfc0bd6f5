import { ActionError } from '../../lib/errors.ts';
import type { Value, ValueMap } from './expression.ts';
import { entriesOf, entry, literal, literals, type Template } from './template.ts';
import type { WorkflowFile } from './workflow-file.ts';

/** The inputs of a dispatched workflow: typed for expressions, as texts for the event. */
export interface DispatchInputs {
  readonly values: ValueMap;
  readonly texts: Readonly<Record<string, string>>;
}

/** How a text becomes the value of an input of a type; `undefined` when it is not one. */
const TYPES: Readonly<Record<string, (text: string, input: Template) => Value | undefined>> = {
  string: (text) => text,
  environment: (text) => text,
  boolean: (text) => ({ true: true, false: false })[text],
  number: (text) => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined),
  choice: (text, input) => (literals(entry(input, 'options')).includes(text) ? text : undefined),
};

const DEFAULTS: Readonly<Record<string, string>> = { boolean: 'false' };

/**
 * The inputs of a manual start, checked against what `workflow_dispatch` declares, with its defaults.
 *
 * @throws ActionError invalid-input with every problem: unknown, missing, of another type
 */
export function dispatchInputs(
  workflow: WorkflowFile,
  given: Readonly<Record<string, string>>,
): DispatchInputs {
  const declared = entriesOf(entry(workflow.events.get('workflow_dispatch'), 'inputs'));
  const problems = Object.keys(given)
    .filter((name) => !declared.has(name))
    .map(
      (name) => `${name}: the workflow has no such input, only ${[...declared.keys()].join(', ') || 'none'}`,
    );
  const values: Record<string, Value> = {};
  const texts: Record<string, string> = {};
  for (const [name, input] of declared) {
    const type = literal(entry(input, 'type')) ?? 'string';
    const text = given[name] ?? defaultOf(input, type);
    if (text === '' && literal(entry(input, 'required')) === 'true')
      problems.push(`${name}: required, but not given`);
    const value = text === '' ? '' : TYPES[type]?.(text, input);
    if (value === undefined) problems.push(`${name}: expected ${describeType(type, input)}, found "${text}"`);
    values[name] = value ?? '';
    texts[name] = text;
  }
  if (problems.length > 0) throw new ActionError('invalid-input', problems.join('\n'));
  return { values, texts };
}

/** Without a default GitHub takes the first choice, and false for a boolean. */
function defaultOf(input: Template, type: string): string {
  const stated = literal(entry(input, 'default'));
  if (stated !== undefined) return stated;
  return type === 'choice' ? (literals(entry(input, 'options'))[0] ?? '') : (DEFAULTS[type] ?? '');
}

const describeType = (type: string, input: Template): string =>
  type === 'choice' ? `one of ${literals(entry(input, 'options')).join(', ')}` : `a ${type}`;
