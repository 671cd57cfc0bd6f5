// node duckdb.mjs FILE validate|profile: holds a file to the contract with DuckDB's native API, on all cores.
// BENCH_PEERS names the folder with node_modules. The schema is given, so nothing is guessed: the whole contract is
// one SELECT of filtered counts, and the profile more columns of the same SELECT.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [file = '', mode] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(join(process.env.BENCH_PEERS, 'package.json'))('@duckdb/node-api');
const contract = JSON.parse(readFileSync(new URL('../data/contract.schema.json', import.meta.url), 'utf8'));
const rules = Object.entries(contract.properties);

const FORMATS = { date: 'DATE', 'date-time': 'TIMESTAMP' };
const TYPES = { integer: 'BIGINT', number: 'DOUBLE', boolean: 'BOOLEAN', string: 'VARCHAR' };
const typeOf = ({ format, type }) => FORMATS[format] ?? TYPES[[type].flat()[0]];
const literal = (value) => (typeof value === 'string' ? `'${value}'` : value);

/** What must hold of each keyword; a cell without a value is held to `required` alone. */
const DEMANDS = {
  minimum: (column, limit) => `${column} >= ${limit}`,
  maximum: (column, limit) => `${column} <= ${limit}`,
  pattern: (column, pattern) => `regexp_full_match(${column}, '${pattern.slice(1, -1)}')`,
  maxLength: (column, limit) => `length(${column}) <= ${limit}`,
  enum: (column, values) => `${column} IN (${values.filter((value) => value !== null).map(literal)})`,
};

const source = () => {
  if (file.endsWith('.parquet')) return `read_parquet('${file}')`;
  const columns = `{${rules.map(([name, rule]) => `'${name}': '${typeOf(rule)}'`)}}`;
  return /\.(ndjson|jsonl)$/.test(file)
    ? `read_json('${file}', format = 'newline_delimited', columns = ${columns})`
    : `read_csv('${file}', header = true, columns = ${columns})`;
};

const violations = rules.flatMap(([name, rule]) => {
  const demands = Object.keys(DEMANDS).filter((keyword) => keyword in rule);
  const broken = demands.map((keyword) => `NOT (${DEMANDS[keyword](name, rule[keyword])})`).join(' OR ');
  return [
    ...(broken ? [[`${name} is invalid`, `count(*) FILTER (WHERE ${broken})`]] : []),
    ...(contract.required.includes(name) ? [[`${name} is missing`, `count(*) - count(${name})`]] : []),
    ...(contract['x-unique'].includes(name)
      ? [[`${name} is repeated`, `count(${name}) - count(DISTINCT ${name})`]]
      : []),
  ];
});

const profile = rules.flatMap(([name, rule]) => {
  const type = typeOf(rule);
  const number = type === 'BIGINT' || type === 'DOUBLE';
  const parts = [`count(${name})`, `approx_count_distinct(${name})`, `min(${name})`, `max(${name})`];
  if (number)
    parts.push(
      `avg(${name})`,
      `stddev(${name})`,
      `approx_quantile(${name}, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])`,
    );
  if (['BIGINT', 'VARCHAR', 'BOOLEAN'].includes(type)) parts.push(`approx_top_k(${name}, 10)`);
  return parts;
});

const columns = [
  'count(*)',
  ...violations.map(([, expression]) => expression),
  ...(mode === 'profile' ? profile : []),
];
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const [row] = (await connection.runAndReadAll(`SELECT ${columns.join(', ')} FROM ${source()}`)).getRows();
const found = violations
  .map(([label], index) => [label, Number(row[index + 1])])
  .filter(([, count]) => count > 0);
console.log(JSON.stringify({ rows: Number(row[0]), violations: Object.fromEntries(found) }));
