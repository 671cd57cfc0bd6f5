import { ActionError } from '../errors.ts';
import { parseJsonStrict } from '../schema/json.ts';
import { jsonTextsIn } from './json-texts.ts';
import { judgeKerasConfig } from './keras-config.ts';
import { currentModule, dangerOf } from './pickle/dangerous-globals.ts';
import { coverOf, isHarmless } from './pickle/harmless-globals.ts';
import { placeOf, quoted, type ScanContext, type Scanner, Unreadable, wholeText } from './scan-context.ts';

/** JSON as Python reads it, with nothing lost in silence. @throws Unreadable malformed */
export function parseModelJson(text: string, name: string): unknown {
  try {
    return parseJsonStrict(text, name, { nonFinite: 'keep', largeIntegers: 'nearest' }).value;
  } catch (error) {
    if (error instanceof ActionError) throw new Unreadable('malformed', `not sound JSON: ${error.message}`);
    throw error;
  }
}

/** The description of a Keras model. */
export const scanKerasJson: Scanner = async (content, context) => {
  const value = parseModelJson(await wholeText(content, context), 'the description of the model');
  const classes = judgeKerasConfig(value, context, (kind, message) =>
    context.report.problem(kind, context.path, message),
  );
  if (classes === 0)
    context.report.problem('malformed', context.path, 'a description of a model without any class');
  return 'keras-json';
};

/**
 * Judges every description of Keras layers that lies between the bytes of a content.
 *
 * @returns how many classes they name
 */
export async function judgeEmbeddedConfigs(
  content: Parameters<Scanner>[0],
  context: ScanContext,
): Promise<number> {
  let classes = 0;
  for await (const { at, text } of jsonTextsIn(content, context.budget.limits.whole)) {
    const where = placeOf(context.path, at);
    if (text === undefined) context.report.problem('limit', where, 'a JSON text that is too long to be read');
    else if (text.includes('class_name') || text.includes('\\u'))
      classes += judgeEmbedded(text, where, context);
  }
  return classes;
}

function judgeEmbedded(text: string, where: string, context: ScanContext): number {
  try {
    const value = parseModelJson(text, 'the description of the model');
    return judgeKerasConfig(value, context, (kind, message) => context.report.problem(kind, where, message));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    context.report.problem(error.kind, where, error.message);
    return 0;
  }
}

/** Types that skops names besides those of pickles. */
const SKOPS_TYPES: ReadonlySet<string> = new Set(['builtins.method', 'builtins.builtin_function_or_method']);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every pair of `__module__` and `__class__` in a schema of skops. */
function* typesIn(value: unknown): Generator<readonly [module: string, name: string]> {
  if (typeof value !== 'object' || value === null) return;
  if (isObject(value)) {
    const { __module__: module, __class__: name } = value;
    if (typeof module === 'string' && typeof name === 'string') yield [module, name];
    if (value['__loader__'] === 'OperatorFuncNode' || value['__loader__'] === 'MethodNode')
      yield [String(module ?? 'operator'), String(name ?? 'methodcaller')];
  }
  for (const inner of Object.values(value)) yield* typesIn(inner);
}

/** The schema of a skops file: which types are made when it is loaded. Nodes of functions name them the same way. */
export const scanSkopsSchema: Scanner = async (content, context) => {
  const schema = parseModelJson(await wholeText(content, context), 'schema.json');
  const allowed = context.options.allowGlobals ?? [];
  let types = 0;
  for (const [module, name] of typesIn(schema)) {
    types++;
    const cover = coverOf(allowed, module, name);
    if (cover === 'by-name' || SKOPS_TYPES.has(`${module}.${name}`) || isHarmless(module, name)) continue;
    const type = quoted(`${currentModule(module)}.${name}`);
    const does = dangerOf(module, name);
    if (does !== undefined)
      context.report.problem(
        'dangerous-global',
        context.path,
        `loading it uses ${type}, which ${does}; do not load this file`,
      );
    else if (cover === undefined)
      context.report.problem(
        'unknown-global',
        context.path,
        `loading it makes a ${type}, which is not on the list of harmless names; if you trust it, allow ${type}`,
      );
  }
  if (types === 0) context.report.problem('malformed', context.path, 'a schema of skops without any type');
  return 'skops-schema';
};
