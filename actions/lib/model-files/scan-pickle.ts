import { ByteCursor } from './byte-cursor.ts';
import type { ModelContent } from './content.ts';
import type { PickleManner } from './pickle/judge-event.ts';
import type { PickleEvent } from './pickle/machine.ts';
import { reportUnreadable, walkPickle } from './pickle/walk-pickle.ts';
import {
  placeOf,
  ScanBudget,
  type ScanContext,
  type Scanner,
  ScanReport,
  Unreadable,
} from './scan-context.ts';

/** Pickles in a row in one file; `pickle.load` may be called as often as there are any. */
const PICKLES_IN_A_ROW = 10_000;
/** Opcodes that are tried to find out whether bytes without a mark are a pickle. */
const PROBE_OPCODES = 10_000;
/** Files that `torch.save` wrote before version 1.6 hold five pickles, then the bytes of the storages. */
const LEGACY_TORCH_PICKLES = 5;

/** Follows pickles in a row. @returns how many there were, how many arrays, and where they end */
async function walkAll(
  content: ModelContent,
  context: ScanContext,
  manner: PickleManner,
  most: number,
): Promise<{ readonly pickles: number; readonly arrays: number; readonly end: number }> {
  const cursor = new ByteCursor(content);
  let arrays = 0;
  let pickles = 0;
  while (cursor.remaining > 0 && pickles < most) {
    const start = cursor.position;
    try {
      arrays += (await walkPickle({ content, cursor, context, manner })).arrays;
      pickles++;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      reportUnreadable(error, context);
      if (pickles > 0)
        context.report.problem(
          'hidden-bytes',
          placeOf(context.path, start),
          `${content.size - start} bytes follow the end of the pickle; nothing that writes pickles puts them there`,
        );
      return { pickles, arrays, end: content.size };
    }
  }
  return { pickles, arrays, end: cursor.position };
}

/** A pickle, or several in a row; with arrays of joblib between the opcodes. */
export const scanPickle: Scanner = async (content, context) => {
  if (content.size === 0) throw new Unreadable('truncated', 'ends where a pickle should begin');
  const { pickles, arrays, end } = await walkAll(content, context, {}, PICKLES_IN_A_ROW);
  if (end < content.size)
    context.report.problem(
      'limit',
      placeOf(context.path, end),
      `more than ${PICKLES_IN_A_ROW} pickles in a row`,
    );
  if (pickles > 1) context.report.detail(`${pickles} pickles in a row`);
  return arrays > 0 ? 'joblib' : 'pickle';
};

/** The pickle of a TorchScript archive. */
export const scanTorchScriptPickle: Scanner = async (content, context) => {
  await walkAll(content, context, { torchScript: true }, PICKLES_IN_A_ROW);
  return 'pickle';
};

/** A file of `torch.save` before version 1.6: its pickles, then bytes of storages that nothing interprets. */
export const scanLegacyTorch: Scanner = async (content, context) => {
  const { pickles } = await walkAll(content, context, {}, LEGACY_TORCH_PICKLES);
  if (pickles < LEGACY_TORCH_PICKLES)
    context.report.problem(
      'truncated',
      context.path,
      `expected ${LEGACY_TORCH_PICKLES} pickles, found ${pickles}`,
    );
  return 'torch-legacy';
};

const CALLS = new Set(['global', 'computed-name', 'extension']);

/**
 * Whether bytes are a pickle of protocol 0 or 1, which has no mark at its beginning: Python would get to its end, or
 * would have looked a name up before it fails.
 */
export async function looksLikePickle(content: ModelContent): Promise<boolean> {
  let names = 0;
  let isNamed = false;
  const heard = (event: PickleEvent) => {
    if (CALLS.has(event.kind)) names++;
    if (event.kind === 'global')
      isNamed ||= [event.global.module, event.global.name].every((name) => /^[A-Za-z_][\w.]*$/.test(name));
  };
  const context: ScanContext = {
    options: {},
    report: new ScanReport(0),
    budget: new ScanBudget({ opcodes: PROBE_OPCODES }),
    depth: 0,
    path: '',
    nested: async () => 'unknown',
  };
  try {
    const { opcodes } = await walkPickle({
      content,
      cursor: new ByteCursor(content),
      context,
      manner: {},
      heard,
    });
    return names > 0 || opcodes > 2;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return isNamed || error.kind === 'limit';
  }
}
