import { type Fields, isFields } from '../schema/fields.ts';
import type { ValuePath } from '../schema/parsed-text.ts';
import { adviceOn, measured, Problems } from './entry.ts';
import { fileFormat, type Measured } from './format.ts';
import type { TreeSource } from './source.ts';

/**
 * The numbers of a nested document by their dotted paths, `train.acc`, as `dvc metrics` names them.
 *
 * @param root - where the numbers lie in the document
 * @throws ActionError invalid-file with every leaf that is not a number, by line and column
 */
export function nestedNumbers(
  { parsed }: TreeSource,
  root: Fields,
  path: ValuePath = [],
): readonly Measured[] {
  const problems = new Problems();
  const found: Measured[] = [];
  const visit = (fields: Fields, at: ValuePath, name: string): void => {
    for (const [key, value] of Object.entries(fields)) {
      const place = [...at, key];
      const dotted = name === '' ? key : `${name}.${key}`;
      if (isFields(value)) visit(value, place, dotted);
      else if (typeof value === 'number') found.push(measured(dotted, value, () => parsed.at(place)));
      else problems.add(`${parsed.at(place)}: ${dotted}: ${adviceOn(value)}`);
    }
  };
  visit(root, path, '');
  problems.throwAny();
  return found;
}

/** Numbers at any depth of JSON, YAML or TOML. DVC's documentation, "metrics", "supported file formats". */
export const dvcMetrics = fileFormat({
  name: 'dvc-metrics',
  title: 'numbers nested in JSON, YAML or TOML, as DVC metrics are',
  naming: 'dotted paths: `train.acc`',
  source: 'tree',
  anyShape: true,
  general: true,
  fits: ({ syntax, parsed: { value } }) =>
    isFields(value) &&
    Object.keys(value).length > 0 &&
    syntax !== 'front-matter' &&
    syntax !== 'script' &&
    (syntax !== 'json' || Object.values(value).some((member) => isFields(member))),
  read: (source) => {
    const { value } = source.parsed;
    return { metrics: isFields(value) ? nestedNumbers(source, value) : [] };
  },
});
