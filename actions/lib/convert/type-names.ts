import type { ColumnType } from '../tabular/column-type.ts';

/** Names of types in databases, pandas, polars, Spark and Arrow, without their parameters, in lower case. */
const TYPES: readonly (readonly [pattern: RegExp, type: ColumnType])[] = [
  [
    /^(u?int(eger|8|16|32|64)?|(tiny|small|medium|big|byte|short|long)int|long|short|byte|hugeint)(type)?$/,
    'integer',
  ],
  [/^((big)?serial|int[248])$/, 'integer'],
  [
    /^(float(16|32|64|4|8)?|double( precision|_precision)?|real|decimal|numeric|number|bignumeric)(type)?$/,
    'number',
  ],
  [/^(bool(ean)?_?)(type)?$/, 'boolean'],
  [/^(datetime(64)?|timestamp(tz|_ntz|_ltz|_tz)?|timestamp with(out)? time zone)(type)?$/, 'timestamp'],
  [/^date(32|64)?(type)?$/, 'date'],
  [/^time(64|tz)?(type)?$/, 'time'],
  [
    /^(str(ing)?_?|n?varchar2?|n?char|text|utf8|large_string|category|uuid|object|clob|bytes?)(type)?$/,
    'string',
  ],
  [/^(array|list)(type)?$/, 'array'],
  [/^(struct|map|json|jsonb|record|variant|dict)(type)?$/, 'object'],
];

/** The logical type behind the name of a physical one, such as `VARCHAR(20)`, `datetime64[ns]`, `IntegerType()`. */
export function typeNamed(name: string): ColumnType | undefined {
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/^(pandas\.|numpy\.|np\.|pd\.|polars\.|pl\.|pyspark\.sql\.types\.|sqlalchemy\.)/, '')
    .replace(/[([<].*$/, '')
    .trim();
  return TYPES.find(([pattern]) => pattern.test(plain))?.[1];
}
