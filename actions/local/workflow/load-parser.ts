import { registerHooks } from 'node:module';

type Hook = Parameters<typeof registerHooks>[0];

/** `@actions/workflow-parser` imports its schemas without saying that they are JSON, which Node refuses. */
const JSON_IMPORTS: Hook = {
  load: (url, context, next) =>
    next(
      url,
      url.endsWith('.json') && url.includes('/@actions/')
        ? { ...context, importAttributes: { type: 'json' } }
        : context,
    ),
};

const importParser = async () => {
  registerHooks(JSON_IMPORTS);
  return await import('./github-parser.ts');
};

let parser: ReturnType<typeof importParser> | undefined;

/** GitHub's own parser of workflow and action files, loaded on first use. */
export function githubParser(): ReturnType<typeof importParser> {
  parser ??= importParser();
  return parser;
}
