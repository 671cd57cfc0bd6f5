import { piecesOf } from './content.ts';
import type { Scanner } from './scan-context.ts';
import { judgeEmbeddedConfigs } from './scan-json-models.ts';

/** Names of models that are never text. */
const BINARY_NAME =
  /\.(onnx|pkl|pickle|joblib|pt|pth|ckpt|bin|safetensors|gguf|h5|hdf5|keras|npy|npz|tflite|pb|skops|cbm|mlmodel|zip|tar|gz|tgz)$/i;
const SOURCE_NAME = /\.(py|pyw|pyx|r|jl|sh|bash|bat|cmd|ps1|js|mjs|cjs|ts|lua|rb|pl|ipynb)$/i;
/** A line of Python that stands at the beginning of programs. */
const IMPORT = /^(from\s+[\w.]+\s+import\s|import\s+[\w.]+\s*(as\s|,|;|$))/;
const BEGINNING = 16 * 1024;

/** Whether the first line that is neither empty nor a comment imports something. */
function beginsWithImport(text: string): boolean {
  const first = text.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#'));
  return first !== undefined && IMPORT.test(first);
}

/** Text: harmless by itself, unless it is a program. */
export const scanText: Scanner = async (content, { report, path }) => {
  if (BINARY_NAME.test(content.name)) {
    report.problem(
      'unknown-format',
      path,
      `its name ends in ${BINARY_NAME.exec(content.name)?.[0]}, but its content is text`,
    );
    return undefined;
  }
  const beginning = new TextDecoder().decode(await content.read(0, Math.min(BEGINNING, content.size)));
  if (!SOURCE_NAME.test(content.name) && !beginsWithImport(beginning)) return undefined;
  report.problem(
    'source-code',
    path,
    'is source code; whether it is run depends on the program that loads the model',
  );
  return 'source-code';
};

/** JSON, which may describe a Keras model. */
export const scanJson: Scanner = async (content, context) =>
  (await judgeEmbeddedConfigs(content, context)) > 0 ? 'keras-json' : undefined;

/** Declarations of XML through which a reader opens files or addresses, or runs out of memory. */
const DECLARATION = /<!\s*(DOCTYPE|ENTITY)/i;
const OVERLAP = 32;

/** XML, among it PMML. In UTF-16, every second byte is zero. */
export const scanXml: Scanner = async (content, { report, path }) => {
  const decoder = new TextDecoder('latin1');
  let before = '';
  let isPmml = false;
  for await (const piece of piecesOf(content)) {
    const text = before + decoder.decode(piece).replaceAll('\0', '');
    isPmml ||= /<(\w+:)?PMML[\s>]/.test(text);
    const found = DECLARATION.exec(text);
    if (found !== null) {
      report.problem(
        'entity-declaration',
        path,
        `declares a ${found[1]?.toUpperCase()}, through which readers of XML can be made to open other files; write it without`,
      );
      break;
    }
    before = text.slice(-OVERLAP);
  }
  if (!isPmml) return 'xml';
  return 'pmml';
};
