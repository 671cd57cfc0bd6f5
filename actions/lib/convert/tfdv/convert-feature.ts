import { ActionError } from '../../errors.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { ColumnType } from '../../tabular/column-type.ts';
import { percentBeyond } from '../expectations/expectation.ts';
import type { Losses } from '../losses.ts';
import type { TableBuilder } from '../table-builder.ts';
import { DOMAINS, type Feature, type SharedDomains } from './feature-domains.ts';
import { allOf, isMessage, lastOf, messageOf, numberOf, textOf, wordOf } from './proto-fields.ts';
import type { ProtoMessage } from './text-proto.ts';

/** Where features go. */
export interface FeatureTarget {
  readonly table: TableBuilder;
  readonly losses: Losses;
  readonly domains: SharedDomains;
}

const TYPES: ReadonlyMap<string, ColumnType> = new Map([
  ['BYTES', 'string'],
  ['INT', 'integer'],
  ['FLOAT', 'number'],
  ['STRUCT', 'object'],
]);
/** Stages of life in which TFDV does not hold data to a feature. */
const UNCHECKED_STAGES = ['DEPRECATED', 'PLANNED', 'ALPHA', 'DEBUG_ONLY', 'DISABLED', 'DERIVED'];

/** Converts one feature into a column. */
export function convertFeature(
  document: ParsedText,
  message: ProtoMessage,
  path: ValuePath,
  { table, losses, domains }: FeatureTarget,
): void {
  const name = textOf(message, 'name');
  if (name === undefined || name === '')
    throw new ActionError('invalid-file', `${document.at(path)}: a feature has no name`);
  const stage = wordOf(message, 'lifecycle_stage');
  if (wordOf(message, 'deprecated') === 'true' || UNCHECKED_STAGES.includes(stage ?? '')) {
    losses.add(
      path,
      `${name}: ${stage ?? 'deprecated'}: TFDV does not check it; its column was left out, so files must not have it unless fieldsMatch becomes subset`,
    );
    return;
  }
  const feature: Feature = { message, path, column: table.column(name), losses, domains };
  for (const field of Object.keys(message)) {
    const lost = Object.hasOwn(FIELDS, field)
      ? FIELDS[field]?.(feature)
      : `not known to the conversion and left out${didYouMean(field, Object.keys(FIELDS))}`;
    if (lost !== undefined) losses.add([...path, field, 0], `${name}: ${field}: ${lost}`);
  }
  if (feature.column.type === 'array') leaveItemsAlone(feature);
}

/** What a domain says of the values in a list holds for none of the lists. */
function leaveItemsAlone({ column, path, losses }: Feature): void {
  const { minItems, maxItems, ...ofItems } = column.options ?? {};
  const rules = column.rules.filter((rule) => !('metric' in rule && rule.metric === 'invalidValues'));
  if (Object.keys(ofItems).length === 0 && rules.length === column.rules.length) return;
  column.options = {
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
  };
  column.rules.splice(0, column.rules.length, ...rules);
  losses.add(path, `${column.name}: the domain is about the items of lists, which are not looked into`);
}

type Carry = (feature: Feature) => string | undefined;

const nothing: Carry = () => undefined;
const lost =
  (why: string): Carry =>
  () =>
    why;

/** The fields of a feature. The order of a message does not matter: `type` is looked up where it is needed. */
const FIELDS: Readonly<Record<string, Carry>> = {
  name: nothing,
  deprecated: nothing,
  lifecycle_stage: nothing,
  annotation: nothing,
  type: ({ message, column }) => {
    const name = wordOf(message, 'type') ?? '';
    const type = TYPES.get(name);
    if (type === undefined) return `"${name}" is no type of TFDV that a column can have`;
    column.type ??= type;
    return undefined;
  },
  presence,
  group_presence: lost('presence within a group has no counterpart'),
  value_count: valueCount,
  value_counts: lost('nested lists are not counted'),
  shape: ({ message, column }) => {
    const dimensions = allOf(messageOf(message, 'shape') ?? {}, 'dim');
    const single = dimensions.every((dimension) => isMessage(dimension) && numberOf(dimension, 'size') === 1);
    if (single) return undefined;
    column.type = 'array';
    return 'the shape of tensors is not checked; the column holds arrays';
  },
  domain: (feature) => {
    const name = textOf(feature.message, 'domain') ?? '';
    const shared = feature.domains.get(name);
    if (shared === undefined)
      return `the schema has no domain "${name}"${didYouMean(name, feature.domains.keys())}`;
    const [kind, domain] = shared;
    return DOMAINS[kind]?.(domain, feature);
  },
  string_domain: own('string_domain'),
  int_domain: own('int_domain'),
  float_domain: own('float_domain'),
  bool_domain: own('bool_domain'),
  struct_domain: lost('parts of objects are not looked into'),
  time_domain: lost('give the column the type timestamp, with a format where it is not ISO 8601'),
  time_of_day_domain: lost('give the column the type time, with a format where it is not ISO 8601'),
  url_domain: ({ column }) => {
    column.options = { ...column.options, format: 'uri' };
    return undefined;
  },
  natural_language_domain: lost('texts of a language are not judged'),
  image_domain: lost('images are not looked into'),
  mid_domain: lost('identifiers of the knowledge graph are not checked'),
  distribution_constraints: ({ message }) =>
    hasStringDomain(message) ? undefined : 'min_domain_mass holds with a string domain only',
  unique_constraints: ({ message, column }) => {
    const constraints = messageOf(message, 'unique_constraints') ?? {};
    const [least, most] = [numberOf(constraints, 'min'), numberOf(constraints, 'max')];
    for (const limit of [
      least === undefined ? undefined : { mustBeGreaterOrEqualTo: least },
      most === undefined ? undefined : { mustBeLessOrEqualTo: most },
    ])
      if (limit) column.rules.push({ check: 'distinctCount', limit, dimension: 'uniqueness' });
    return undefined;
  },
  drift_comparator: drift,
  skew_comparator: lost(
    'skew compares training with serving data: run the action on the serving data with the training profile as the baseline, and rules "check: drift"',
  ),
  in_environment: lost('environments: make a contract for each'),
  not_in_environment: lost('environments: make a contract for each, without this column where it is absent'),
};

const hasStringDomain = (message: ProtoMessage): boolean =>
  lastOf(message, 'domain') !== undefined || lastOf(message, 'string_domain') !== undefined;

/** `min_fraction` is the share of rows that have a value. */
function presence({ message, column, losses, path }: Feature): string | undefined {
  const given = messageOf(message, 'presence') ?? {};
  const fraction = numberOf(given, 'min_fraction');
  if (fraction === 1) column.required = true;
  else if (fraction !== undefined && fraction > 0)
    column.rules.push({
      metric: 'nullValues',
      limit: { mustBeLessOrEqualTo: percentBeyond(fraction) },
      unit: 'percent',
      dimension: 'completeness',
    });
  const count = numberOf(given, 'min_count');
  if (count === undefined || count === 0 || fraction === 1) return undefined;
  if (!fraction)
    column.rules.push({
      metric: 'nullValues',
      limit: { mustBeLessThan: 100 },
      unit: 'percent',
      dimension: 'completeness',
    });
  if (count > 1)
    losses.add(
      [...path, 'presence', 0],
      `${column.name}: min_count ${count}: only the share of present values is limited, not their number`,
    );
  return undefined;
}

function valueCount({ message, column }: Feature): string | undefined {
  const given = messageOf(message, 'value_count') ?? {};
  const [least, most] = [numberOf(given, 'min'), numberOf(given, 'max')];
  if (most === 1) return undefined;
  column.type = 'array';
  column.options = {
    ...(least !== undefined && { minItems: least }),
    ...(most !== undefined && { maxItems: most }),
  };
  return 'several values in a row became an array; how many items an array has is not checked yet';
}

function own(kind: string): Carry {
  return (feature) => {
    const domain = messageOf(feature.message, kind);
    return domain && DOMAINS[kind]?.(domain, feature);
  };
}

/** Methods of drift with the ones that have their numbers here; Jensen-Shannon is a distance, the root of TFDV's. */
function drift({ message, column, losses, path }: Feature): string | undefined {
  const comparator = messageOf(message, 'drift_comparator') ?? {};
  for (const field of Object.keys(comparator)) {
    const threshold = numberOf(messageOf(comparator, field) ?? {}, 'threshold');
    const method = Object.hasOwn(METHODS, field) ? METHODS[field] : undefined;
    if (method === undefined || threshold === undefined) {
      losses.add(
        [...path, 'drift_comparator', 0, field, 0],
        `${field}: no measure of drift here has its numbers; use jensenShannon or lInfinity`,
      );
      continue;
    }
    column.rules.push({
      check: 'drift',
      arguments: { method: method.name, threshold: method.convert(threshold) },
      dimension: 'consistency',
      note: `${field} ${threshold} of TFDV`,
    });
  }
  return undefined;
}

const METHODS: Readonly<
  Record<string, { readonly name: string; readonly convert: (threshold: number) => number }>
> = {
  infinity_norm: { name: 'lInfinity', convert: (threshold) => threshold },
  jensen_shannon_divergence: {
    name: 'jensenShannon',
    convert: (threshold) => Number(Math.sqrt(threshold).toPrecision(6)),
  },
};
