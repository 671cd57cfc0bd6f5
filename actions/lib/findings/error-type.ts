import type { CheckResult, Finding } from '../documents/validation.ts';

/**
 * Frictionless's name of what each check finds, where it has one (frictionless-py 5, `frictionless/errors`), so that
 * people and tools that know its reports know ours. Checks without a counterpart have their own name in kebab case.
 */
const BY_CHECK: ReadonlyMap<string, string> = new Map([
  ['encoding', 'encoding-error'],
  ['dataType', 'type-error'],
  ['nullValues', 'constraint-error'],
  ['invalidValues', 'constraint-error'],
  ['rowCount', 'row-count'],
  ['duplicateValues', 'unique-error'],
  ['duplicateRows', 'duplicate-row'],
  ['outliers', 'deviated-value'],
  ['rowCondition', 'row-constraint'],
  ['referentialIntegrity', 'foreign-key'],
]);

interface Aspect {
  readonly check: string;
  /** Recognised in the finding's demand. */
  readonly demand: RegExp;
  readonly type: string;
}

/** Checks that look at several things, told apart by what they demand. */
const BY_DEMAND: readonly Aspect[] = [
  { check: 'fileIntegrity', demand: /sha-?256|digest|hash/i, type: 'hash-count' },
  { check: 'fileIntegrity', demand: /byte/i, type: 'byte-count' },
  { check: 'csvStructure', demand: /no more cells/, type: 'extra-cell' },
  { check: 'csvStructure', demand: /a cell for each/, type: 'missing-cell' },
  { check: 'csvStructure', demand: /blank (line|row)/, type: 'blank-row' },
  { check: 'csvStructure', demand: /name of its own/, type: 'duplicate-label' },
  { check: 'csvStructure', demand: /^a name/, type: 'blank-label' },
  { check: 'schemaMatch', demand: /^only columns/, type: 'extra-label' },
  { check: 'schemaMatch', demand: / as column \d+$/, type: 'incorrect-label' },
  { check: 'schemaMatch', demand: /^a column /, type: 'missing-label' },
];

/** Tells the type of a finding: a name of Frictionless's, else the check's own in kebab case. */
export type ErrorType = (finding: Finding) => string;

/**
 * The types of findings of these checks. That columns are a primary key is known from the title of their rule, where
 * it is the only one of its kind that failed.
 */
export function errorTypes(checks: readonly CheckResult[]): ErrorType {
  const failed = Map.groupBy(
    checks.filter(({ status }) => status === 'fail'),
    ({ check, field }) => JSON.stringify([check, field ?? '']),
  );
  const isKey = ({ check, field }: Finding): boolean => {
    const rules = failed.get(JSON.stringify([check, field ?? ''])) ?? failed.get(JSON.stringify([check, '']));
    return check === 'duplicateValues' && rules?.length === 1 && rules[0]?.title === 'primary key';
  };
  return (finding) => (isKey(finding) ? 'primary-key' : errorType(finding));
}

/** The type of a finding by what its check is and demands. */
export function errorType(finding: Pick<Finding, 'check' | 'expected'>): string {
  const { check, expected } = finding;
  const aspect = BY_DEMAND.find((one) => one.check === check && one.demand.test(expected));
  return aspect?.type ?? BY_CHECK.get(check) ?? kebab(check);
}

const kebab = (name: string): string =>
  name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
