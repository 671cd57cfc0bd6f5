import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { CHECKS } from '../../../../actions/lib/checks/catalog.ts';
import { read } from './contracts.ts';

interface Property {
  readonly name: string;
  readonly [key: string]: unknown;
}
interface Part {
  readonly quality?: unknown;
  readonly properties?: readonly Property[];
}
interface ObjectPart extends Part {
  readonly name: string;
}

const churn: { readonly schema: readonly ObjectPart[] } = parse(
  readFileSync('test/fixtures/contract/churn.odcs.yaml', 'utf8'),
);

/** The customers of the complete example with the parts of a catalog's example in place of their own rules. */
function withExample(example: string): string {
  const part: Part = parse(example);
  const [customers, ...others] = churn.schema;
  if (!customers) throw new Error('the example has no customers');
  const given = part.properties ?? [];
  const properties = (customers.properties ?? []).map(({ quality: _quality, ...property }) => ({
    ...property,
    ...given.find(({ name }) => name === property.name),
  }));
  const more = given.filter(({ name }) => !properties.some((property) => property.name === name));
  const { quality: _quality, ...object } = customers;
  const source = { name: 'customers_source', properties };
  const schema = [{ ...object, ...part, properties: [...properties, ...more] }, ...others, source];
  return stringify({ ...churn, slaProperties: [], schema });
}

test.each(
  [...CHECKS.values()].filter(({ example }) => example !== '').map(({ name, example }) => [name, example]),
)('the example of %s is a rule that can be planned', (name, example) => {
  const contract = read(withExample(example));
  expect(contract.tables.flatMap(({ rules }) => rules).map(({ check }) => check)).toContain(name);
});
