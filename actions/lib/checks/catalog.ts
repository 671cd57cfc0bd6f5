import { csvStructure } from './csv-structure.ts';
import { dataType } from './data-type.ts';
import { duplicateValues } from './duplicate-values.ts';
import { encoding } from './encoding.ts';
import { invalidValues } from './invalid-values.ts';
import { missingValues } from './missing-values.ts';
import { nullValues } from './null-values.ts';
import { rowCount } from './row-count.ts';
import { rowSchema } from './row-schema.ts';
import { schemaMatch } from './schema-match.ts';

/** Every kind of check. A new one is a file of this folder and a line here. */
export const CHECKS = {
  csvStructure,
  encoding,
  schemaMatch,
  dataType,
  nullValues,
  missingValues,
  invalidValues,
  duplicateValues,
  rowCount,
  rowSchema,
} as const;
