import type { ValuePath } from '../../schema/parsed-text.ts';
import { percentBeyond } from '../expectations/expectation.ts';
import type { Losses } from '../losses.ts';
import type { ColumnParts } from '../table-builder.ts';
import { allOf, lastOf, messageOf, numberOf, textOf, wordOf } from './proto-fields.ts';
import type { ProtoMessage } from './text-proto.ts';

/** Domains at the top of the schema, by the names that features call them. */
export type SharedDomains = ReadonlyMap<string, readonly [kind: string, domain: ProtoMessage]>;

/** A feature while its fields are read. */
export interface Feature {
  readonly message: ProtoMessage;
  readonly path: ValuePath;
  readonly column: ColumnParts;
  readonly losses: Losses;
  readonly domains: SharedDomains;
}

/** Makes a domain part of a column, or says why it cannot be. */
type Domain = (domain: ProtoMessage, feature: Feature) => string | undefined;

/** Domains of values, by the field that holds them. */
export const DOMAINS: Readonly<Record<string, Domain>> = {
  string_domain: (domain, { message, column }) => {
    const values = allOf(domain, 'value').filter((value) => typeof value === 'string');
    if (values.length === 0) return 'the domain has no values';
    const mass = numberOf(messageOf(message, 'distribution_constraints') ?? {}, 'min_domain_mass') ?? 1;
    column.rules.push({
      metric: 'invalidValues',
      arguments: { validValues: values },
      ...(mass >= 1
        ? { limit: { mustBe: 0 } }
        : { limit: { mustBeLessOrEqualTo: percentBeyond(mass) }, unit: 'percent' }),
      dimension: 'conformity',
    });
    return undefined;
  },
  int_domain: (domain, feature) => numericDomain(domain, feature),
  float_domain: (domain, feature) => {
    const embedding = wordOf(domain, 'is_embedding') === 'true' || messageOf(domain, 'embedding_dim');
    return numericDomain(domain, feature) ?? (embedding ? 'embeddings are not looked into' : undefined);
  },
  bool_domain: (domain, { message, column }) => {
    const values = ['true_value', 'false_value'].map((field) => textOf(domain, field));
    const given = values.filter((value) => value !== undefined);
    const numeric = wordOf(message, 'type') !== 'BYTES';
    if (given.length === 0 && !numeric) {
      column.type = 'boolean';
      return undefined;
    }
    column.rules.push({
      metric: 'invalidValues',
      arguments: { validValues: numeric ? [0, 1] : given },
      limit: { mustBe: 0 },
      dimension: 'conformity',
    });
    return undefined;
  },
};

function numericDomain(domain: ProtoMessage, { message, column }: Feature): string | undefined {
  const [least, most] = [numberOf(domain, 'min'), numberOf(domain, 'max')];
  if (wordOf(message, 'type') === 'BYTES')
    column.type = lastOf(message, 'float_domain') === undefined ? 'integer' : 'number';
  column.options = {
    ...column.options,
    ...(least !== undefined && { minimum: least }),
    ...(most !== undefined && { maximum: most }),
  };
  return undefined;
}
