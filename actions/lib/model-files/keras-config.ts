import type { ProblemKind } from './model-scan.ts';
import { dangerOf } from './pickle/dangerous-globals.ts';
import { coverOf } from './pickle/harmless-globals.ts';
import { quoted, type ScanContext } from './scan-context.ts';

/** Layers that hold code, or load what lies elsewhere. */
const CODE_LAYERS: ReadonlyMap<string, string> = new Map([
  ['Lambda', 'runs a function of Python that is kept in the file'],
  ['__lambda__', 'is byte code of Python that is kept in the file'],
  ['TorchModuleWrapper', 'unpickles a module of PyTorch'],
  ['TFSMLayer', 'loads a SavedModel from a path'],
  ['JaxLayer', 'runs functions that are kept in the file'],
  ['FlaxLayer', 'runs functions that are kept in the file'],
]);

/** Layers that read a file when their vocabulary is a path. Source: CVE-2025-12058. */
const VOCABULARY_LAYERS: ReadonlySet<string> = new Set([
  ...['StringLookup', 'IntegerLookup', 'IndexLookup', 'TextVectorization'],
]);

/** Names that Keras gives to plain values. */
const VALUES: ReadonlySet<string> = new Set([
  ...[
    '__tensor__',
    '__numpy__',
    '__bytes__',
    '__ellipsis__',
    '__slice__',
    '__tuple__',
    '__typespec__',
    '__keras_tensor__',
  ],
  ...['slice', 'set', 'frozenset'],
]);

/** Packages whose classes Keras brings along. */
const KERAS_MODULES =
  /^(keras|tf_keras|tensorflow\.(python\.)?keras|tensorflow\.keras|keras_hub|keras_nlp|keras_cv)(\.|$)/;
const CLASS = /^_*[A-Z]\w*$/;

type Report = (kind: ProblemKind, message: string) => void;
type Config = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textIn = (config: Config, key: string): string | undefined => {
  const value = config[key];
  return typeof value === 'string' ? value : undefined;
};

function judgeModule(module: string, className: string, allowed: readonly string[], report: Report): void {
  const cover = coverOf(allowed, module, className);
  if (cover === 'by-name') return;
  const name = quoted(`${module}.${className}`);
  const does = dangerOf(module, className);
  if (does !== undefined && !(module === 'builtins' && className === 'type'))
    report(
      'dangerous-global',
      `the description of the model uses ${name}, which ${does}; do not load this file`,
    );
  else if (KERAS_MODULES.test(module) && !CLASS.test(className))
    report(
      'dangerous-global',
      `the description of the model calls the function ${name} of Keras; only classes belong there`,
    );
  else if (!KERAS_MODULES.test(module) && cover === undefined)
    report(
      'unknown-class',
      `uses the class ${name}, which does not come with Keras; if you trust it, allow ${name}`,
    );
}

function judgeClass(config: Config, className: string, context: ScanContext, report: Report): void {
  const allowed = context.options.allowGlobals ?? [];
  const module = textIn(config, 'module') ?? '';
  const does = CODE_LAYERS.get(className);
  if (
    does !== undefined &&
    coverOf(allowed, module === '' ? 'keras.layers' : module, className) !== 'by-name'
  )
    report('code-layer', `the layer ${quoted(className)} ${does}; build the model without it`);
  const inner = config['config'];
  const vocabulary =
    isObject(inner) && VOCABULARY_LAYERS.has(className) ? textIn(inner, 'vocabulary') : undefined;
  if (vocabulary !== undefined)
    report(
      'outside-path',
      `the layer ${quoted(className)} reads its vocabulary from the path ${quoted(vocabulary)}; keep the words in the layer`,
    );
  if (VALUES.has(className)) return;
  if (className === 'function') judgeFunction(config, allowed, report);
  else if (module !== '') judgeModule(module, className, allowed, report);
  else judgeRegistered(textIn(config, 'registered_name'), className, allowed, report);
}

/** A function by its name: those of Keras are short names such as `relu`. */
function judgeFunction(config: Config, allowed: readonly string[], report: Report): void {
  const module = textIn(config, 'module') ?? 'builtins';
  const name = textIn(config, 'config') ?? textIn(config, 'registered_name') ?? 'function';
  if (module === 'builtins' ? allowed.includes(name) : coverOf(allowed, module, name) !== undefined) return;
  const does = module === 'builtins' ? dangerOf(module, name) : dangerOf(module, name);
  if (does !== undefined)
    report(
      'dangerous-global',
      `the description of the model uses the function ${quoted(`${module}.${name}`)}, which ${does}`,
    );
  else if (!KERAS_MODULES.test(module))
    report(
      'unknown-class',
      `uses the function ${quoted(name)}, which does not come with Keras; if you trust it, allow ${quoted(name)}`,
    );
}

/** Classes without a module are looked up in a registry, by names such as `package>Class`. */
function judgeRegistered(
  registered: string | undefined,
  className: string,
  allowed: readonly string[],
  report: Report,
): void {
  if (registered === undefined || registered === className || allowed.includes(registered)) return;
  report(
    'unknown-class',
    `uses the registered class ${quoted(registered)}, which does not come with Keras; if you trust it, allow ${quoted(registered)}`,
  );
}

const DEPTH = 64;

/**
 * Judges the description of a Keras model, of version 2 or 3: every object in it that names a class.
 *
 * @returns how many classes it names
 */
export function judgeKerasConfig(value: unknown, context: ScanContext, report: Report, depth = 0): number {
  if (depth > DEPTH) {
    report('limit', `is nested deeper than ${DEPTH}`);
    return 0;
  }
  if (typeof value === 'string') return judgeText(value, context, report, depth);
  if (typeof value !== 'object' || value === null) return 0;
  let classes = 0;
  if (isObject(value)) {
    const className = textIn(value, 'class_name');
    if (className !== undefined) {
      classes++;
      judgeClass(value, className, context, report);
    }
  }
  for (const inner of Object.values(value)) classes += judgeKerasConfig(inner, context, report, depth + 1);
  return classes;
}

/** Configurations of wrapped layers are kept as JSON in texts at times. */
function judgeText(text: string, context: ScanContext, report: Report, depth: number): number {
  if (!/^\s*\{/.test(text) || !text.includes('class_name')) return 0;
  try {
    return judgeKerasConfig(JSON.parse(text), context, report, depth + 1);
  } catch {
    return 0;
  }
}
