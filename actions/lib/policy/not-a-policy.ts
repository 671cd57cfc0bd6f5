const WRITE = 'a gate policy has "version: 1" and a list "gates:"';

/** Keys that give a file of another kind away. */
const OTHERS: readonly (readonly [what: string, keys: readonly string[]])[] = [
  ['a workflow', ['jobs']],
  ['the description of an action', ['runs', 'inputs']],
  ['a data contract', ['apiVersion', 'kind']],
  ['a rollout policy', ['traffic', 'steps']],
  ['a DVC pipeline', ['stages']],
  ['a document of these actions', ['schema', 'created']],
];

/** What a YAML file is that nobody can have meant as a policy; `undefined` where the schema says more. */
export function notAPolicy(value: unknown): string | undefined {
  if (value === null) return `the file is empty; ${WRITE}`;
  if (Array.isArray(value)) return `the file is a list; ${WRITE}`;
  if (typeof value !== 'object') return `the file is a single ${typeof value}; ${WRITE}`;
  if ('gates' in value) return undefined;
  const keys = Object.keys(value);
  const other = OTHERS.find(([, known]) => known.every((key) => keys.includes(key)));
  return other && `this is ${other[0]}, not a gate policy; ${WRITE}`;
}
