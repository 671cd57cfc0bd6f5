import { basename, dirname, join } from 'node:path';
import { ActionError } from '../../lib/errors.ts';
import {
  evaluateTemplate,
  evaluateText,
  evaluateTexts,
  isMap,
  type Scope,
  type ValueMap,
} from './expression.ts';
import type { RunPlan } from './run-plan.ts';
import type { JobRecord } from './run-record.ts';
import { entriesOf, entry, literal } from './template.ts';
import { type JobSpec, readWorkflow, type WorkflowFile } from './workflow-file.ts';

/** What the jobs of a called workflow came to. */
export interface CalledJob {
  readonly records: readonly JobRecord[];
  readonly outputs: Readonly<Record<string, string>>;
}

interface Call {
  readonly spec: JobSpec;
  readonly scope: Scope;
  readonly name: string;
  readonly run: (plan: RunPlan, prefix: string) => Promise<readonly JobRecord[]>;
}

/**
 * Runs a reusable workflow that lies beside the calling one, with the inputs and secrets it is given.
 *
 * @throws ActionError invalid-file for a workflow of another repository, or one that cannot be called so
 */
export async function callWorkflow(plan: RunPlan, { spec, scope, name, run }: Call): Promise<CalledJob> {
  const uses = spec.uses ?? '';
  if (!uses.startsWith('./'))
    throw new ActionError(
      'invalid-file',
      `uses: ${uses}: the local runner calls workflows of the same repository only`,
    );
  const workflow = await readWorkflow(join(dirname(plan.workflow.path), basename(uses)));
  if (!workflow.events.has('workflow_call'))
    throw new ActionError('invalid-file', `uses: ${uses}: it has no workflow_call trigger`);
  const given = evaluateTemplate(spec.with ?? { kind: 'map', entries: new Map(), line: 0 }, scope);
  const trigger = { ...plan.trigger, inputs: callInputs(workflow, isMap(given) ? given : {}, uses) };
  const inherits = literal(spec.secrets) === 'inherit';
  const withSecrets: Scope = { ...scope, contexts: { ...scope.contexts, secrets: plan.secrets } };
  const secrets = inherits ? plan.secrets : evaluateTexts(spec.secrets, withSecrets);
  const called: RunPlan = { ...plan, workflow, trigger, secrets, onlyJob: undefined };
  const records = await run(called, `${name} / `);
  return { records, outputs: callOutputs(workflow, records, scope, trigger.inputs) };
}

function callInputs(workflow: WorkflowFile, given: ValueMap, uses: string): ValueMap {
  const declared = entriesOf(entry(workflow.events.get('workflow_call'), 'inputs'));
  const unknown = Object.keys(given).find((name) => !declared.has(name));
  if (unknown !== undefined)
    throw new ActionError('invalid-file', `uses: ${uses}: it has no input "${unknown}"`);
  const values = [...declared].map(([name, input]) => {
    if (name in given) return [name, given[name] ?? null] as const;
    if (literal(entry(input, 'required')) === 'true')
      throw new ActionError('invalid-file', `uses: ${uses}: input "${name}" is required`);
    const fallback = entry(input, 'default');
    return [name, fallback?.kind === 'scalar' ? fallback.value : ''] as const;
  });
  return Object.fromEntries(values);
}

function callOutputs(
  workflow: WorkflowFile,
  records: readonly JobRecord[],
  scope: Scope,
  inputs: ValueMap,
): Readonly<Record<string, string>> {
  const jobs = Object.fromEntries(
    records.map(({ id, conclusion, outputs }) => [id, { result: conclusion, outputs }]),
  );
  const outputScope: Scope = { ...scope, contexts: { ...scope.contexts, jobs, inputs } };
  const declared = [...entriesOf(entry(workflow.events.get('workflow_call'), 'outputs'))];
  return Object.fromEntries(
    declared.map(([name, output]) => [name, evaluateText(entry(output, 'value'), outputScope)]),
  );
}
