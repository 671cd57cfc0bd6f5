import { ActionError } from '../errors.ts';
import type { ModelContent } from './content.ts';
import { FORMATS, type FormatRow } from './formats.ts';
import { headOf, recogniseFormat } from './recognise.ts';
import { placeOf, type ScanContext, Unreadable } from './scan-context.ts';
import { scanZip } from './scan-zip.ts';
import { unpackedContent } from './unpacked-content.ts';
import { endsLikeZip } from './zip-directory.ts';

/** Formats in whose files a zip archive has its place at the end. */
const WITH_ARCHIVE: ReadonlySet<string> = new Set(['tflite', 'pickle', 'torch-legacy']);

/**
 * Recognises a content and scans it as what it is; problems go to the report.
 *
 * @returns its format
 */
export async function scanContent(content: ModelContent, context: ScanContext): Promise<string> {
  if (context.depth > context.budget.limits.depth) {
    const message = `archives inside of each other deeper than ${context.budget.limits.depth}; the rest was not read`;
    context.report.problem('limit', context.path, message);
    return 'unknown';
  }
  const inside: ScanContext = {
    ...context,
    nested: (inner, path) => scanContent(inner, { ...context, depth: context.depth + 1, path }),
  };
  let format = 'unknown';
  try {
    format = await recogniseFormat(content, await headOf(content));
    return await scanAs(format, content, inside);
  } catch (error) {
    report(error, context);
    return format;
  }
}

/** Only what a content can be to blame for is a problem of the content. */
function report(error: unknown, context: ScanContext): void {
  if (error instanceof Unreadable)
    context.report.problem(error.kind, placeOf(context.path, error.at), error.message);
  else if (error instanceof ActionError && error.code === 'invalid-file')
    context.report.problem('malformed', context.path, error.message);
  else throw error;
}

async function scanAs(format: string, content: ModelContent, context: ScanContext): Promise<string> {
  if (format !== 'zip' && (await endsLikeZip(content))) await scanTail(format, content, context);
  const row: FormatRow | undefined = FORMATS[format];
  if (row === undefined || 'plain' in row) return format;
  if ('scan' in row) return (await row.scan(content, context)) ?? format;
  if ('packing' in row) {
    const unpacked = await unpackedContent(content, row.packing, content.name, context);
    return `${await context.nested(unpacked, context.path)} in ${format}`;
  }
  context.report.problem(row.kind, context.path, row.says);
  return format;
}

/** A file that is also a zip archive may be read as one or the other. */
async function scanTail(format: string, content: ModelContent, context: ScanContext): Promise<void> {
  if (!WITH_ARCHIVE.has(format))
    context.report.problem(
      'hidden-bytes',
      context.path,
      'is also a zip archive, whose directory stands at the end',
    );
  try {
    await scanZip(content, context);
  } catch (error) {
    report(error, context);
  }
}
