import { convertWorkflowTemplate, isString, NoOperationTraceWriter } from '@actions/workflow-parser';
import { ACTION_ROOT, convertActionTemplate, getActionSchema } from '@actions/workflow-parser/actions/index';
import {
  TemplateContext,
  TemplateValidationErrors,
} from '@actions/workflow-parser/templates/template-context';
import { readTemplate } from '@actions/workflow-parser/templates/template-reader';
import { StringToken } from '@actions/workflow-parser/templates/tokens/string-token';
import { WORKFLOW_ROOT } from '@actions/workflow-parser/workflows/workflow-constants';
import { getWorkflowSchema } from '@actions/workflow-parser/workflows/workflow-schema';
import { YamlObjectReader } from '@actions/workflow-parser/workflows/yaml-object-reader';
import { ActionError } from '../../lib/errors.ts';
import { type Template, toTemplate } from './template.ts';

/**
 * Reads texts as YAML means them. The package's own reader also remembers how a text was written, and then takes
 * a text of several lines with an expression in it as written: with its indentation and escapes.
 */
class ValueReader extends YamlObjectReader {
  override allowLiteral(): ReturnType<YamlObjectReader['allowLiteral']> {
    const token = super.allowLiteral();
    if (token === undefined || !isString(token)) return token;
    return new StringToken(token.file, token.range, token.value, token.definitionInfo);
  }
}

/** The two kinds of file, each with its schema, its root and the checks that go beyond the schema. */
const KINDS = {
  workflow: {
    schema: getWorkflowSchema,
    root: WORKFLOW_ROOT,
    convert: convertWorkflowTemplate,
  },
  action: {
    schema: getActionSchema,
    root: ACTION_ROOT,
    convert: async (...args: Parameters<typeof convertActionTemplate>) => convertActionTemplate(...args),
  },
} as const;

/**
 * Parses and checks a workflow or action file as GitHub does.
 *
 * @throws ActionError invalid-file with every problem found, each with file, line and column
 */
export async function parse(kind: keyof typeof KINDS, path: string, content: string): Promise<Template> {
  const { schema, root, convert } = KINDS[kind];
  const context = new TemplateContext(new TemplateValidationErrors(), schema(), new NoOperationTraceWriter());
  const fileId = context.getFileId(path);
  const reader = new ValueReader(fileId, content);
  for (const error of reader.errors) context.error(fileId, error.message, error.range);
  const token = reader.errors.length === 0 ? readTemplate(context, root, reader, fileId) : undefined;
  if (token) await convert(context, token);
  refuseErrors(path, context.errors.getErrors());
  if (!token) throw new ActionError('invalid-file', `${path}: empty`);
  return toTemplate(token, path);
}

function refuseErrors(path: string, errors: readonly { readonly message: string }[]): void {
  if (errors.length === 0) return;
  // The parser begins its messages with the file's name and position where it knows them.
  const lines = errors.map(({ message }) =>
    (message.startsWith(path) ? message : `${path}: ${message}`).replace(
      / \(Line: (\d+), Col: (\d+)\)/,
      ':$1:$2',
    ),
  );
  throw new ActionError('invalid-file', [...new Set(lines)].join('\n'));
}
