import { CHECKS } from '../lib/checks/catalog.ts';
import type { PlannedCheck } from '../lib/checks/check.ts';
import type { SchemaAspect } from '../lib/checks/schema-match.ts';
import type { ContractColumn, ContractObject, FieldsMatch, QualityRule } from '../lib/contract/contract.ts';
import type { Severity } from '../lib/documents/validation.ts';
import { NONE, type Threshold } from '../lib/stats/threshold.ts';
import type { Loaded } from './load.ts';

const AT_LEAST_ONE: Threshold = { kind: 'single', operator: 'mustBeGreaterThan', value: 0 };
const ERROR = { severity: 'error' } as const;
const EXACT = { ...ERROR, threshold: NONE, unit: 'rows' } as const;

/** The checks that a contract, a row schema and the file formats ask for. */
export function planChecks({
  contract,
  rowSchema,
}: Pick<Loaded, 'contract' | 'rowSchema'>): readonly PlannedCheck[] {
  const object = contract?.object;
  return [
    CHECKS.csvStructure.plan({ ...ERROR, kinds: ['extra-cell', 'missing-cell'] }),
    CHECKS.csvStructure.plan({ severity: 'warning', kinds: ['blank-row'] }),
    CHECKS.encoding.plan({ severity: 'warning' }),
    ...(object ? contractChecks(object) : []),
    ...(object?.rules.some(({ metric }) => metric === 'rowCount')
      ? []
      : [CHECKS.rowCount.plan({ severity: 'warning', threshold: AT_LEAST_ONE })]),
    ...(rowSchema ? [CHECKS.rowSchema.plan({ ...ERROR, ...rowSchema, where: rowSchema.name })] : []),
  ];
}

function contractChecks(object: ContractObject): readonly PlannedCheck[] {
  const key = object.primaryKey;
  const single = key.length === 1 ? key[0] : undefined;
  return [
    ...columnsChecks(object),
    ...object.columns.flatMap((column) => columnChecks(column, column.name === single)),
    ...(key.length > 1
      ? [CHECKS.duplicateValues.plan({ ...EXACT, columns: key, title: 'primary key' })]
      : []),
    ...object.rules.map((rule) => ruleCheck(rule)),
  ];
}

/** What each way to match columns looks at, and how much a difference matters. */
const ASPECTS: Readonly<Record<FieldsMatch | 'default', readonly (readonly [SchemaAspect, Severity])[]>> = {
  default: [
    ['missing', 'error'],
    ['extra', 'warning'],
  ],
  exact: [
    ['missing', 'error'],
    ['extra', 'error'],
    ['order', 'error'],
  ],
  equal: [
    ['missing', 'error'],
    ['extra', 'error'],
  ],
  subset: [['missing', 'error']],
  superset: [['extra', 'error']],
  partial: [['disjoint', 'error']],
};

function columnsChecks(object: ContractObject): readonly PlannedCheck[] {
  if (object.columns.length === 0) return [];
  const columns = object.columns.map(({ name }) => name);
  const optional = object.fieldsMatch === 'superset' || object.fieldsMatch === 'partial';
  const required = object.columns.filter((column) => column.required).map(({ name }) => name);
  return [
    ...ASPECTS[object.fieldsMatch ?? 'default'].map(([aspect, severity]) =>
      CHECKS.schemaMatch.plan({ severity, columns, aspect }),
    ),
    ...(optional && required.length > 0
      ? [CHECKS.schemaMatch.plan({ ...ERROR, columns: required, aspect: 'missing' })]
      : []),
  ];
}

function columnChecks(column: ContractColumn, isKey: boolean): readonly PlannedCheck[] {
  const { name, type, options } = column;
  const restricted = Object.keys(options).some((option) => option !== 'format' || type === 'string');
  return [
    ...(type === undefined
      ? []
      : [
          CHECKS.dataType.plan({
            ...ERROR,
            column: name,
            type,
            ...(options.format !== undefined && type !== 'string' && { format: options.format }),
          }),
        ]),
    ...(column.required ? [CHECKS.nullValues.plan({ ...EXACT, column: name, title: 'required' })] : []),
    ...(column.unique || isKey
      ? [CHECKS.duplicateValues.plan({ ...EXACT, columns: [name], title: isKey ? 'primary key' : 'unique' })]
      : []),
    ...(restricted
      ? [
          CHECKS.invalidValues.plan({
            ...EXACT,
            column: name,
            ...(type && { type }),
            options,
            countMisfits: false,
          }),
        ]
      : []),
    ...column.rules.map((rule) => ruleCheck(rule, column)),
  ];
}

function ruleCheck(rule: QualityRule, column?: ContractColumn): PlannedCheck {
  const { severity, dimension, title, threshold, unit } = rule;
  const name = column?.name ?? '';
  const type = column?.type;
  const common = {
    severity,
    ...(dimension !== undefined && { dimension }),
    ...(title !== undefined && { title }),
  };
  const limit = { ...common, threshold, unit };
  switch (rule.metric) {
    case 'rowCount':
      return CHECKS.rowCount.plan({ ...common, threshold });
    case 'nullValues':
      return CHECKS.nullValues.plan({ ...limit, column: name });
    case 'missingValues':
      return CHECKS.missingValues.plan({ ...limit, column: name, missing: rule.missingValues ?? [] });
    case 'invalidValues':
      return CHECKS.invalidValues.plan({
        ...limit,
        column: name,
        ...(type && { type }),
        options: rule.options ?? {},
        ...(rule.validValues && { validValues: rule.validValues }),
        countMisfits: true,
      });
    case 'duplicateValues':
      return CHECKS.duplicateValues.plan({ ...limit, columns: rule.properties ?? [] });
    default:
      return rule.metric satisfies never;
  }
}
