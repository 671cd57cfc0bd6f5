import { bulletList, codeBlock, markdownText, sections, table } from '../report/markdown.ts';
import { thresholdText } from '../stats/threshold.ts';
import { CHECK_GROUPS } from './catalog.ts';
import type { CheckDefinition, Parameter, ParameterKind } from './check.ts';
import { EXPRESSION_FUNCTIONS } from './expression/functions.ts';

/** The documentation of all checks as Markdown: what each looks at, its arguments, a worked example, its other names. */
export const checksReference = (): string =>
  sections(
    '# The checks',
    'What a contract can ask of data. The five metrics of the Open Data Contract Standard are written as ' +
      '`metric: nullValues`; all others (and these, too) as rules of `type: custom` with `engine: validateData`, ' +
      'their arguments and limits in `implementation`. A rule without a limit has the one given here; an unknown ' +
      'check, argument, column or option is an error that names the nearest one.',
    ...CHECK_GROUPS.flatMap(([title, checks]) => [`## ${title}`, ...checks.map(checkSection)]),
    expressionSection(),
  );

const checkSection = (check: CheckDefinition): string =>
  sections(
    `### ${check.name}`,
    `${check.about}.`,
    bulletList([
      `Stands on: ${check.level.map((level) => (level === 'table' ? 'the table' : 'a column')).join(' or ')}`,
      `Measured in: ${check.units.map(unitWords).join(', ')}`,
      `Limit when the rule gives none: ${limitWords(check)}`,
      `Dimension: ${check.dimension}`,
    ]),
    argumentsTable(check),
    codeBlock(check.example, 'yaml'),
    `Known elsewhere as: ${check.aliases.map(([tool, name]) => `${tool} \`${name}\``).join('; ')}.`,
  );

const UNIT_WORDS: Readonly<Record<CheckDefinition['units'][number], string>> = {
  rows: '`rows`',
  percent: '`percent` of the rows or values',
  columns: '`columns`',
  files: '`files`',
  value: 'the number itself (`value`)',
};
const unitWords = (unit: CheckDefinition['units'][number]): string => UNIT_WORDS[unit];

function limitWords({ threshold, parameters, units }: CheckDefinition): string {
  if (threshold !== undefined) {
    const words = thresholdText(threshold);
    return `${words === '0' ? 'none at all (0)' : words}${units[0] === 'percent' ? ' percent' : ''}`;
  }
  const own = parameters.find(({ name }) => name === 'maxAge');
  return own === undefined ? 'it needs one' : `it needs one, or \`${own.name}\``;
}

function argumentsTable({ parameters }: CheckDefinition): string | undefined {
  const open = parameters.filter(({ kind }) => kind !== 'internal');
  if (open.length === 0) return undefined;
  return table(
    ['Argument', 'Is', 'Meaning'],
    open.map((parameter) => [
      `\`${parameter.name}\`${parameter.required ? ' (required)' : ''}`,
      kindWords(parameter),
      parameter.about,
    ]),
  );
}

const KIND_WORDS: Readonly<Record<Extract<ParameterKind, string>, string>> = {
  number: 'a number',
  count: 'a whole number',
  text: 'a text',
  boolean: '`true` or `false`',
  column: 'a column',
  columns: 'a list of columns',
  values: 'a list of values',
  bound: 'a number, or a text written like the values',
  pattern: 'a regular expression (RE2)',
  duration: 'a length of time, such as `36h` or `7d`',
  split: 'a split',
  splits: 'a list of splits',
  reference: '`baseline` or a split',
  expression: 'an expression',
  table: 'a table of the contract',
  schema: 'a JSON Schema',
  internal: '',
};

function kindWords({ kind }: Parameter): string {
  if (typeof kind === 'string') return KIND_WORDS[kind];
  const many = 'manyOf' in kind;
  const choices = (many ? kind.manyOf : kind.oneOf).map((choice) => `\`${choice}\``).join(', ');
  return `${many ? 'a list of' : 'one of'} ${choices}`;
}

const expressionSection = (): string =>
  sections(
    '## Expressions',
    'The language of `rowCondition` knows columns, numbers, texts and dates, and nothing that could do harm:',
    bulletList([
      'Columns by name; names with other characters in backticks or double quotes: `` `net price` ``',
      "Numbers `1`, `2.5e3`; texts in single quotes `'free'`; `true`, `false`, `null`; " +
        "`date '2024-01-31'`, `timestamp '2024-01-31T12:00:00Z'`, `time '12:00:00'` (a text beside a date is read as one)",
      '`+ - * / %`; dates differ by days, and a number of days can be added or taken away; a division by zero has no value',
      '`= != < <= > >=`, `is null`, `is not null`, `in (…)`, `between … and …` (both ends belong to it), `and`, `or`, `not`',
      'Comparisons with "no value" are unknown, as in SQL; a row fails only where the condition is false',
      'Whole numbers beyond 2^53 are compared as doubles',
    ]),
    table(
      ['Function', 'Meaning'],
      [...EXPRESSION_FUNCTIONS.values()].map(({ name, about }) => [`\`${name}\``, markdownText(about)]),
    ),
  );
