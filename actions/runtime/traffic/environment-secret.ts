import { ActionError } from '../../lib/errors.ts';
import type { Runtime } from '../runtime.ts';

/**
 * A secret that the rollout file names by its environment variable; kept out of everything that leaves the process.
 *
 * @param purpose - what the rollout file needs it for, for the message
 * @throws ActionError invalid-input when the variable is not set
 */
export function environmentSecret(runtime: Runtime, name: string, purpose: string): string {
  const secret = process.env[name]?.trim() ?? '';
  if (secret === '')
    throw new ActionError(
      'invalid-input',
      `the rollout file ${purpose} with the environment variable ${name}, which is not set; give it to the step with env:`,
    );
  runtime.secret(secret);
  return secret;
}
