import { PROBLEM_VERDICTS } from './model-scan.ts';
import { placeOf, quoted, type Scanner, ScanReport, wholeText } from './scan-context.ts';
import { scanPickle } from './scan-pickle.ts';

const PROTO = 0x80;
const PROBLEMS = 8;

/**
 * Bytes that nothing interprets, such as those of tensors. They may look like anything by chance, so of a pickle in
 * them only names count that no model needs.
 */
export const scanRaw: Scanner = async (content, context) => {
  const [first, protocol = 0] = await content.read(0, 2);
  if (first !== PROTO || protocol < 2 || protocol > 5) return undefined;
  const report = new ScanReport(PROBLEMS);
  await scanPickle(content, { ...context, report });
  for (const { kind, where, message } of report.problems)
    if (PROBLEM_VERDICTS[kind] === 'unsafe') context.report.problem(kind, where, message);
  return undefined;
};

/** Calls of TorchScript that touch files. Source: the operators of ATen and TorchScript in PyTorch 2.13. */
const FILE_CALLS = /\b(?:torch|ops\.aten|aten)\.(from_file|save|load|_save|_load)\s*\(/g;
/** Operators of other libraries: what they do is not known. */
const OTHER_OPERATORS = /\bops\.(?!aten\.|prim\.|quantized\.|prepacked\.|torch\.|onednn\.)(\w+\.\w+)/g;

/** Code of a TorchScript archive: a language without names of Python, but with operators that touch files. */
export const scanTorchScriptCode: Scanner = async (content, context) => {
  const text = await wholeText(content, context);
  for (const match of text.matchAll(FILE_CALLS))
    context.report.problem(
      'unsafe-operator',
      placeOf(context.path, match.index),
      `the code of the model calls ${quoted(match[0].replace(/\s*\($/, ''))}, which reads or writes files`,
    );
  for (const [, operator = ''] of text.matchAll(OTHER_OPERATORS))
    context.report.detail(`uses the operator ${quoted(operator)} of another library`);
  return 'torchscript-code';
};
