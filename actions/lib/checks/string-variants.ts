import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, RowsWork, Rule } from './check.ts';
import { columnRows, NOTHING } from './column-rows.ts';
import { countedTexts, profileOf, specOf, unmeasured, valuesIn } from './evidence.ts';
import { columnOf, planned } from './planned.ts';

/** Counts texts that are another spelling of a more frequent one. */
export const stringVariants: CheckDefinition = {
  name: 'stringVariants',
  about:
    'Texts that differ from a more frequent one only in case, white space, punctuation or Unicode form, counted in rows',
  level: ['column'],
  aliases: [['deepchecks', 'StringMismatch, StringMismatchComparison']],
  dimension: 'consistency',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    { name: 'spellings', kind: 'internal', about: 'The usual spelling of each variant, to find the rows' },
  ],
  example: `properties:
  - name: city
    quality:
      - { type: custom, engine: validateData, severity: warning, implementation: { check: stringVariants, mustBe: 0 } }`,
  plan(rule, table) {
    const column = columnOf(rule);
    const spellings = spellingsOf(readArguments(rule, stringVariants.parameters, table).json('spellings'));
    const head = planned(stringVariants, rule, 'one spelling of each text');
    if (spellings !== undefined) return { ...head, work: variantRows(column, spellings) };
    const hidden = specOf(table, column)?.classified === true;
    return {
      ...head,
      work: {
        kind: 'profile',
        decide({ table: read }) {
          const profile = profileOf(read, column);
          if (profile === undefined) return unmeasured(`the data has no column "${column}"`);
          const of = valuesIn(profile);
          if (profile.type !== 'string') return { count: 0, of };
          const texts = countedTexts(profile);
          if (texts === undefined) return unmeasured('too many different texts to compare them all');
          const variants = variantsAmong(texts);
          return {
            count: variants.reduce((sum, { count }) => sum + count, 0),
            of,
            discoveries: hidden
              ? []
              : variants.map(({ text, usual, count }) => ({
                  field: column,
                  value: text,
                  expected: JSON.stringify(usual),
                  hint: `${count} rows`,
                })),
            ...(variants.length > 0 && !hidden && { locate: { rule: located(rule, column, variants) } }),
          };
        },
      },
    };
  },
};

interface Variant {
  readonly text: string;
  readonly usual: string;
  readonly count: number;
}

/** What spellings of a text have in common. Texts of punctuation alone have nothing to compare. */
const skeleton = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{Z}\p{C}\s]/gu, '');

function variantsAmong(
  texts: readonly { readonly text: string; readonly count: number }[],
): readonly Variant[] {
  const groups = new Map<string, { readonly text: string; readonly count: number }[]>();
  for (const one of texts) {
    const key = skeleton(one.text);
    if (key === '') continue;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [usual, ...others] = group.sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
    return usual === undefined ? [] : others.map(({ text, count }) => ({ text, count, usual: usual.text }));
  });
}

const located = (rule: Rule, column: string, variants: readonly Variant[]): Rule => ({
  check: 'stringVariants',
  severity: rule.severity,
  column,
  arguments: { spellings: variants.map(({ text, usual }) => [text, usual]) },
});

function spellingsOf(given: unknown): ReadonlyMap<string, string> | undefined {
  if (!Array.isArray(given)) return undefined;
  return new Map(
    given.flatMap((pair) => (Array.isArray(pair) ? [[String(pair[0]), String(pair[1])] as const] : [])),
  );
}

const variantRows = (column: string, spellings: ReadonlyMap<string, string>): RowsWork =>
  columnRows(column, (setup) => {
    const handle = setup.textRule(column, { kind: 'test', holds: (text) => !spellings.has(text) });
    return (view) => {
      if (view.numbers !== undefined) return NOTHING;
      const broken = view.broken(handle);
      return {
        count: broken.count,
        rows: () => broken.rows(),
        reason: (row) => ({ expected: JSON.stringify(spellings.get(view.text(row) ?? '') ?? '') }),
      };
    };
  });
