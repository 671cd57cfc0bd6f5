const NAME = '(?:\\$?\\{?[\\w.]+\\}?|"[^"]+"|`[^`]+`|\\[[^\\]]+\\])';

/** Longer queries are not looked into: the shapes take time that grows faster than the text. */
const MAX_QUERY = 500;

const column = (name: string): string =>
  /^\$?\{?(column|property|field)\}?$/i.test(name) ? 'this property' : `the property ${unquoted(name)}`;
const unquoted = (name: string): string => name.replaceAll(/["`[\]${}]/g, '').replace(/^.*\./, '');

/** Shapes of queries, blanks made single and text in lower case where it does not matter, with what says the same here. */
const SHAPES: readonly (readonly [pattern: RegExp, hint: (match: readonly string[]) => string])[] = [
  [
    new RegExp(`left (?:outer )?join (${NAME}) .*where (${NAME}) is null$`, 'i'),
    ([, table = '', key = '']) =>
      `use "relationships: [{ to: ${unquoted(table)}.${unquoted(key)} }]" on the property that refers to it`,
  ],
  [
    new RegExp(
      `^select count ?\\(.+\\) from .+ where (${NAME}) is null( or (trim ?\\()?\\1\\)? = '')?$`,
      'i',
    ),
    ([, name = '', empty]) =>
      empty === undefined
        ? `use "metric: nullValues" on ${column(name)}`
        : `use "metric: missingValues, arguments: { missingValues: [null, ''] }" on ${column(name)}`,
  ],
  [
    new RegExp(`^select count ?\\(.+\\) from .+ where (${NAME}) = ''$`, 'i'),
    ([, name = '']) => `use "metric: missingValues, arguments: { missingValues: [''] }" on ${column(name)}`,
  ],
  [
    new RegExp(
      `(^select count ?\\(.+\\) - count ?\\(distinct .+\\) from|group by (${NAME}(?:, ?${NAME})*) having count ?\\(.+\\) ?> ?1)`,
      'i',
    ),
    ([, , names]) =>
      names === undefined || !names.includes(',')
        ? `use "metric: duplicateValues" on ${names === undefined ? 'the property' : column(names)}`
        : `use "metric: duplicateValues, arguments: { properties: [${names.split(/, ?/).map(unquoted).join(', ')}] }" on the object`,
  ],
  [
    new RegExp(`^select count ?\\(distinct (${NAME})\\) from [^ ]+( as [^ ]+)?$`, 'i'),
    ([, name = '']) =>
      `use "type: custom, engine: validateData, implementation: { check: distinctCount, … }" on ${column(name)}`,
  ],
  [
    new RegExp(`where (${NAME}) not in \\( ?select (${NAME}) from (${NAME})`, 'i'),
    ([, name = '', key = '', table = '']) =>
      `use "relationships: [{ to: ${unquoted(table)}.${unquoted(key)} }]" on ${column(name)}`,
  ],
  [
    new RegExp(`^select count ?\\(.+\\) from .+ where (${NAME}) not in \\((.+)\\)$`, 'i'),
    ([, name = '', values = '']) =>
      `use "metric: invalidValues, arguments: { validValues: [${values}] }" on ${column(name)}`,
  ],
  [
    new RegExp(
      `^select count ?\\(.+\\) from .+ where (?:not (${NAME}) (?:~|rlike|regexp)|(${NAME}) (?:!~|not (?:rlike|regexp|similar to|like))) .+$`,
      'i',
    ),
    ([, a, b]) =>
      `use "metric: invalidValues, arguments: { pattern: … }" with a regular expression on ${column(a ?? b ?? '')}`,
  ],
  [
    new RegExp(`^select count ?\\(.+\\) from .+ where (${NAME}) (<=?|>=?) (-?[\\d.]+)$`, 'i'),
    ([, name = '', operator = '', limit = '']) =>
      `use "metric: invalidValues, arguments: { ${OPPOSITE[operator]}: ${limit} }" on ${column(name)}`,
  ],
  [
    new RegExp(`^select (avg|min|max|sum|median|stddev(?:_\\w+)?|stdev) ?\\((${NAME})\\) from [^ ]+$`, 'i'),
    ([, name = '', of = '']) =>
      `use "type: custom, engine: validateData, implementation: { check: statistic, statistic: ${STATISTICS.get(name.toLowerCase()) ?? 'stddev'}, … }" on ${column(of)}`,
  ],
  [/^select count ?\(.+\) from [^ ]+( as [^ ]+)?$/i, () => 'use "metric: rowCount" on the object'],
  [
    /^select count ?\(.+\) from .+? where (.+)$/i,
    ([, condition = '']) =>
      `use "type: custom, engine: validateData, implementation: { check: rowCondition, expression: 'not (${condition.replaceAll("'", "''")})' }" on the object`,
  ],
];

const OPPOSITE: Readonly<Record<string, string>> = {
  '<': 'minimum',
  '<=': 'exclusiveMinimum',
  '>': 'maximum',
  '>=': 'exclusiveMaximum',
};
const STATISTICS: ReadonlyMap<string, string> = new Map([
  ['avg', 'mean'],
  ['min', 'min'],
  ['max', 'max'],
  ['sum', 'sum'],
  ['median', 'median'],
]);

/** What to write instead of a query, as far as its shape tells. */
export function sqlHint(query: string): string {
  const plain = query
    .slice(0, MAX_QUERY)
    .replaceAll(/\s+/g, ' ')
    .replace(/[; ]+$/, '')
    .trim();
  for (const [pattern, hint] of query.length > MAX_QUERY ? [] : SHAPES) {
    const match = pattern.exec(plain);
    if (match) return hint(match);
  }
  return 'use a metric of the library, a rule of "type: custom, engine: validateData" such as rowCondition or statistic, or a row schema';
}
