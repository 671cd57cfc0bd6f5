import type { Rule } from '../checks/check.ts';

/**
 * What is checked of every table, with a contract or without: that rows fit the header and hold no NUL, that text is
 * UTF-8, and that there are rows at all.
 *
 * @param own - the table's rules; one about the number of rows replaces the last
 */
export function standardRules(own: readonly Rule[]): readonly Rule[] {
  return [
    {
      check: 'csvStructure',
      severity: 'error',
      arguments: { kinds: ['extra-cell', 'missing-cell', 'control-character'] },
    },
    { check: 'csvStructure', severity: 'warning', arguments: { kinds: ['blank-row'] } },
    { check: 'encoding', severity: 'warning', arguments: {} },
    ...(own.some(({ check }) => check === 'rowCount')
      ? []
      : [{ check: 'rowCount', severity: 'warning', arguments: {} } as const]),
  ];
}
