import { ActionError } from '../../errors.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { ContractDraft, LimitDraft } from '../contract-draft.ts';
import type { Losses } from '../losses.ts';
import { TableBuilder } from '../table-builder.ts';
import { convertFeature } from './convert-feature.ts';
import type { SharedDomains } from './feature-domains.ts';
import { allOf, isMessage, messageOf, numberOf, textOf } from './proto-fields.ts';
import type { ProtoMessage } from './text-proto.ts';

const FIELDS: Readonly<Record<string, string | undefined>> = {
  feature: undefined,
  string_domain: undefined,
  int_domain: undefined,
  float_domain: undefined,
  dataset_constraints: undefined,
  default_environment:
    'environments: a contract has none; make a contract for each, without the columns that are absent there',
  annotation: undefined,
  sparse_feature: 'sparse features are made of several columns; describe those',
  weighted_feature: 'weights of features have no counterpart; give the column of weights the mlRole weight',
  tensor_representation_group: 'tensors are made after the data were read; nothing of it is a demand on them',
  represent_variable_length_as_ragged:
    'tensors are made after the data were read; nothing of it is a demand on them',
};

/** Converts a schema of TensorFlow Data Validation (`schema.pbtxt`). */
export function convertTfdv(document: ParsedText, losses: Losses): ContractDraft {
  const schema = document.value as ProtoMessage;
  const table = new TableBuilder('examples');
  for (const field of Object.keys(schema)) noteField(schema, field, losses);
  const features = allOf(schema, 'feature');
  if (features.length === 0)
    throw new ActionError(
      'invalid-file',
      `${document.at([])}: a schema of TFDV has features; none was found`,
    );
  for (const [index, feature] of features.entries())
    if (isMessage(feature))
      convertFeature(document, feature, ['feature', index], { table, losses, domains: domainsOf(schema) });
  // TFDV reports a feature that its schema does not have, and one that it has and the data lack.
  table.set({ fieldsMatch: 'equal' });
  const constraints = messageOf(schema, 'dataset_constraints');
  if (constraints !== undefined) convertConstraints(constraints, ['dataset_constraints'], table, losses);
  return { name: 'examples', tables: [table.build()] };
}

function noteField(schema: ProtoMessage, field: string, losses: Losses): void {
  const known = Object.hasOwn(FIELDS, field);
  const lost = known
    ? FIELDS[field]
    : `not known to the conversion and left out${didYouMean(field, Object.keys(FIELDS))}`;
  if (lost === undefined) return;
  for (const index of allOf(schema, field).keys()) losses.add([field, index], lost);
}

/** Domains that features name. */
function domainsOf(schema: ProtoMessage): SharedDomains {
  const found = new Map<string, readonly [kind: string, domain: ProtoMessage]>();
  for (const kind of ['string_domain', 'int_domain', 'float_domain'])
    for (const domain of allOf(schema, kind)) {
      const name = isMessage(domain) ? textOf(domain, 'name') : undefined;
      if (name !== undefined && isMessage(domain)) found.set(name, [kind, domain]);
    }
  return found;
}

function convertConstraints(
  constraints: ProtoMessage,
  path: ValuePath,
  table: TableBuilder,
  losses: Losses,
): void {
  const [least, most] = [
    numberOf(constraints, 'min_examples_count'),
    numberOf(constraints, 'max_examples_count'),
  ];
  for (const limit of limits(least, most))
    table.rules.push({ metric: 'rowCount', limit, dimension: 'coverage' });
  for (const field of Object.keys(constraints)) {
    if (field === 'min_examples_count' || field === 'max_examples_count') continue;
    const comparator = messageOf(constraints, field);
    if (field === 'num_examples_drift_comparator' && comparator !== undefined)
      for (const limit of limits(
        numberOf(comparator, 'min_fraction_threshold'),
        numberOf(comparator, 'max_fraction_threshold'),
      ))
        table.rules.push({
          check: 'rowCountChange',
          arguments: { against: 'baseline' },
          limit,
          dimension: 'coverage',
        });
    else losses.add([...path, 0, field], 'the number of rows is compared with the baseline only; left out');
  }
}

/** The limits between two ends that may be absent. */
const limits = (least: number | undefined, most: number | undefined): readonly LimitDraft[] => {
  if (least !== undefined && most !== undefined)
    return [least === most ? { mustBe: least } : { mustBeBetween: [least, most] }];
  if (least !== undefined) return [{ mustBeGreaterOrEqualTo: least }];
  return most === undefined ? [] : [{ mustBeLessOrEqualTo: most }];
};
