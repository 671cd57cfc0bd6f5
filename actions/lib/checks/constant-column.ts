import type { Threshold } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { countedTexts, keptBack, profileOf, unmeasured, valuesIn } from './evidence.ts';
import { columnOf, planned } from './planned.ts';

const LESS_THAN_ALL: Threshold = { kind: 'single', operator: 'mustBeLessThan', value: 100 };

/** What share of a column's values its most frequent value has. */
export const constantColumn: CheckDefinition = {
  name: 'constantColumn',
  about:
    "The share of a column's values that is its most frequent value; 100 percent is a column that tells a model nothing",
  level: ['column'],
  aliases: [
    ['deepchecks', 'IsSingleValue'],
    ['Evidently', 'ConstantColumnsCount, AlmostConstantColumnsCount'],
  ],
  dimension: 'accuracy',
  threshold: LESS_THAN_ALL,
  units: ['percent'],
  parameters: [],
  example: `properties:
  - name: device
    quality:
      - { type: custom, engine: validateData, severity: warning, implementation: { check: constantColumn, mustBeLessThan: 99.9 } }`,
  plan(rule, table) {
    const column = columnOf(rule);
    readArguments(rule, constantColumn.parameters, table);
    return {
      ...planned(constantColumn, rule, 'more than one value'),
      work: {
        kind: 'profile',
        decide({ table: read }) {
          const profile = profileOf(read, column);
          if (profile === undefined) return unmeasured(`the data has no column "${column}"`);
          const unknown = keptBack(profile);
          if (unknown !== undefined) return unmeasured(unknown);
          const of = valuesIn(profile);
          if (of < 2) return unmeasured(of === 0 ? 'no values' : 'one value only');
          const texts = countedTexts(profile);
          if (texts === undefined)
            return { count: atMost(profile.distribution?.counts), of, note: 'at most' };
          const [first] = [...texts].sort((a, b) => b.count - a.count);
          return {
            count: first?.count ?? 0,
            of,
            discoveries: [{ field: column, value: first?.text ?? '', expected: 'other values too' }],
          };
        },
      },
    };
  },
};

/** With thousands of different values none can be frequent beyond the fullest bin; without bins nothing is known. */
const atMost = (counts: readonly number[] | undefined): number =>
  (counts ?? []).reduce((most, count) => Math.max(most, count), 0);
