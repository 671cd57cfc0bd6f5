import type { PreflightCheck } from '../../lib/rollout/rollout.ts';
import type { AnalysisValues } from '../../lib/rollout/template.ts';
import type { Runtime } from '../runtime.ts';
import { type CheckResult, checkByCommand } from './command-check.ts';
import { checkByHttp } from './http-check.ts';

/** What a check said, and why. */
export type CheckOutcome = CheckResult & { readonly name: string };

/** Runs one check. Never throws for what the checked system does: that is an outcome. */
export async function runCheck(
  runtime: Runtime,
  check: PreflightCheck,
  values: AnalysisValues,
): Promise<CheckOutcome> {
  runtime.log.info(`preflight ${check.name}`);
  const result =
    check.kind === 'command'
      ? await checkByCommand(runtime, check, values)
      : await checkByHttp(runtime, check, values);
  const message = runtime.redact(result.message);
  runtime.log.info(`preflight ${check.name}: ${result.kind}${message === '' ? '' : `: ${message}`}`);
  return { name: check.name, kind: result.kind, message };
}
