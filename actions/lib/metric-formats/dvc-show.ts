import { ActionError } from '../errors.ts';
import { type Fields, fieldsOf, isFields } from '../schema/fields.ts';
import { nestedNumbers } from './dvc-metrics.ts';
import { type FormatOptions, fileFormat } from './format.ts';
import type { TreeSource } from './source.ts';

/** `{"data": {"metrics.json": {"data": {…}}}}`: the files of one revision. */
const isRevision = (value: unknown): boolean =>
  isFields(value) &&
  isFields(value['data']) &&
  Object.values(value['data']).every((file) => isFields(file) && ('data' in file || 'error' in file));

/** The working tree, as DVC names it in the newer and in the older output. */
const WORKSPACE = ['workspace', ''];

function chosenRevision(root: Fields, where: string, choice: string | undefined): string {
  const revisions = Object.keys(root);
  const [only, ...more] = revisions;
  const found =
    choice === undefined && more.length === 0
      ? only
      : (choice === undefined ? WORKSPACE : [choice]).find((name) => revisions.includes(name));
  if (found !== undefined) return found;
  throw new ActionError(
    'invalid-input',
    `${where}: ${choice === undefined ? 'holds no workspace' : `holds no revision ${choice}`}; say which of ${revisions.join(', ')} with format: dvc-show:<revision>`,
  );
}

function read(source: TreeSource, { choice }: FormatOptions) {
  const { parsed } = source;
  const root = fieldsOf(parsed.value);
  const revision = chosenRevision(root, parsed.where, choice);
  const files = fieldsOf(fieldsOf(root[revision])['data']);
  const metrics = Object.entries(files).flatMap(([file, content]) => {
    const path = [revision, 'data', file, 'data'];
    const data = fieldsOf(content)['data'];
    if (isFields(data)) return nestedNumbers(source, data, path);
    throw new ActionError(
      'invalid-file',
      `${parsed.at(path.slice(0, 3))}: DVC could not read ${file} of ${revision || 'the workspace'}`,
    );
  });
  return { metrics };
}

/** What `dvc metrics show --json` prints. */
export const dvcShow = fileFormat({
  name: 'dvc-show',
  title: 'the output of dvc metrics show --json',
  naming: 'dotted paths, of the workspace or the chosen revision',
  source: 'tree',
  choices: 'a revision, as in dvc-show:main; the workspace without one',
  fits: ({ syntax, parsed: { value } }) =>
    syntax === 'json' &&
    isFields(value) &&
    Object.keys(value).length > 0 &&
    Object.values(value).every(isRevision),
  read,
});
