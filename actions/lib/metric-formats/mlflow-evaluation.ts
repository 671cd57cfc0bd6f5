import { ActionError } from '../errors.ts';
import { metricByName } from '../metrics/catalog.ts';
import { fieldsOf } from '../schema/fields.ts';
import type { EntryFacts } from './entry.ts';
import type { FolderFind, FolderFormat } from './format.ts';
import { parseMetricsJson } from './read-source.ts';
import type { FolderFile } from './source.ts';
import { countOf, numbersOf } from './values.ts';

const FILES = ['metrics.json', 'artifacts_metadata.json'] as const;

const folderOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);

function find(names: readonly string[]): readonly FolderFind[] {
  const known = new Set(names);
  return names
    .filter((name) => name === `${folderOf(name)}${FILES[1]}`)
    .map(folderOf)
    .filter((folder) => known.has(`${folder}${FILES[0]}`))
    .map((folder) => ({ folder: folder || '.', files: [`${folder}${FILES[0]}`] }));
}

/** Metrics of MLflow's evaluators that the catalog does not know, and how they are meant. */
const HIGHER = new Set(['precision_recall_auc', 'score', 'true_positives', 'true_negatives']);
const LOWER = new Set(['false_positives', 'false_negatives']);

/** The catalog's name of a metric where it knows MLflow's: gates find it by either. */
function factsOf(key: string, n: number | undefined): EntryFacts & { readonly name: string } {
  const known = metricByName(key);
  const own = HIGHER.has(key) ? 'higher' : LOWER.has(key) ? 'lower' : undefined;
  const direction = known?.direction ?? own;
  return { name: known?.id ?? key, ...(direction && { direction }), ...(n !== undefined && { n }) };
}

function read([file]: readonly FolderFile[]) {
  if (file === undefined) throw new ActionError('not-found', `mlflow-evaluation: ${FILES[0]} is missing`);
  const parsed = parseMetricsJson(file.text, file.name);
  const root = fieldsOf(parsed.value);
  const n = countOf(root['example_count']);
  return { metrics: numbersOf(parsed, [], root, (key) => factsOf(key, n)) };
}

/** The folder that `EvaluationResult.save` of MLflow writes, of the metrics of its evaluators. */
export const mlflowEvaluation: FolderFormat = {
  kind: 'folder',
  name: 'mlflow-evaluation',
  title: 'folder of MLflow EvaluationResult.save',
  naming: "the catalog's names, else MLflow's; n is `example_count`",
  find,
  read,
};
