import type { CheckDefinition } from './check.ts';
import { classBalance } from './class-balance.ts';
import { completenessChange } from './completeness-change.ts';
import { conflictingLabels } from './conflicting-labels.ts';
import { constantColumn } from './constant-column.ts';
import { correlation } from './correlation.ts';
import { csvStructure } from './csv-structure.ts';
import { dataType } from './data-type.ts';
import { datasetDrift } from './dataset-drift.ts';
import { distinctCount } from './distinct-count.ts';
import { drift } from './drift.ts';
import { duplicateRows } from './duplicate-rows.ts';
import { duplicateValues } from './duplicate-values.ts';
import { encoding } from './encoding.ts';
import { fileIntegrity } from './file-integrity.ts';
import { freshness } from './freshness.ts';
import { groupLeakage } from './group-leakage.ts';
import { invalidValues } from './invalid-values.ts';
import { missingValues } from './missing-values.ts';
import { mixedTypes } from './mixed-types.ts';
import { newCategories } from './new-categories.ts';
import { nullValues } from './null-values.ts';
import { outliers } from './outliers.ts';
import { piiValues } from './pii-values.ts';
import { referentialIntegrity } from './referential-integrity.ts';
import { retention } from './retention.ts';
import { rowCondition } from './row-condition.ts';
import { rowCount } from './row-count.ts';
import { rowCountChange } from './row-count-change.ts';
import { rowCountMatch } from './row-count-match.ts';
import { rowSchema } from './row-schema.ts';
import { schemaMatch } from './schema-match.ts';
import { secretValues } from './secret-values.ts';
import { splitLeakage } from './split-leakage.ts';
import { splitRatio } from './split-ratio.ts';
import { statistic } from './statistic.ts';
import { statisticChange } from './statistic-change.ts';
import { stringVariants } from './string-variants.ts';
import { tableMatch } from './table-match.ts';
import { targetLeakage } from './target-leakage.ts';
import { temporalLeakage } from './temporal-leakage.ts';

/** The kinds of checks in groups, as the documentation shows them. */
export const CHECK_GROUPS: readonly (readonly [title: string, checks: readonly CheckDefinition[]])[] = [
  ['Files and structure', [fileIntegrity, encoding, csvStructure, schemaMatch, dataType, rowSchema]],
  ['Volume and time', [rowCount, rowCountChange, freshness, retention]],
  ['Completeness', [nullValues, missingValues, completenessChange]],
  ['Uniqueness', [duplicateValues, duplicateRows, distinctCount]],
  ['Validity', [invalidValues, newCategories, stringVariants, mixedTypes, constantColumn, outliers]],
  ['Statistics', [statistic, statisticChange, correlation]],
  [
    'Across columns and tables',
    [rowCondition, conflictingLabels, referentialIntegrity, tableMatch, rowCountMatch],
  ],
  [
    'Splits and labels',
    [splitLeakage, groupLeakage, temporalLeakage, targetLeakage, classBalance, splitRatio],
  ],
  ['Drift', [drift, datasetDrift]],
  ['Privacy', [piiValues, secretValues]],
];

/** Every kind of check by name. A new one is a file of this folder and a line above. */
export const CHECKS: ReadonlyMap<string, CheckDefinition> = new Map(
  CHECK_GROUPS.flatMap(([, checks]) => checks.map((check) => [check.name, check] as const)),
);
