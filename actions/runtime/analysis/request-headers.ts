import { ActionError } from '../../lib/errors.ts';
import type { HeaderTemplates, MetricSource, Rollout } from '../../lib/rollout/rollout.ts';
import {
  encodings,
  environmentNames,
  fillTemplate,
  type TemplateValues,
} from '../../lib/rollout/template.ts';
import type { Runtime } from '../runtime.ts';

const isSet = (name: string): boolean => (process.env[name] ?? '') !== '';

const unset = (names: readonly string[]): ActionError =>
  new ActionError(
    'invalid-input',
    `the rollout file takes headers from the environment variable${names.length > 1 ? 's' : ''} ${names.join(', ')}, which ${names.length > 1 ? 'are' : 'is'} not set; give ${names.length > 1 ? 'them' : 'it'} to the step with env:`,
  );

/**
 * The headers of a request with their variables filled in. What comes from the environment is a secret from then on.
 *
 * @throws ActionError invalid-input for a variable of the environment that is not set, or holds what no header can
 */
export function requestHeaders(
  runtime: Runtime,
  headers: HeaderTemplates,
  values: TemplateValues,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, template]) => {
      const names = environmentNames(template);
      const missing = names.filter((one) => !isSet(one));
      if (missing.length > 0) throw unset(missing);
      const secrets = names.map((one) => [one, process.env[one] ?? ''] as const);
      for (const [variable, secret] of secrets) {
        runtime.secret(secret);
        if (/[^\t\x20-\x7e]/.test(secret))
          throw new ActionError(
            'invalid-input',
            `the environment variable ${variable} cannot be sent in the header ${name}: it holds a line break or a character outside of ASCII`,
          );
      }
      const filled = {
        ...values,
        ...Object.fromEntries(secrets.map(([variable, secret]) => [`env.${variable}`, secret])),
      };
      return [name, fillTemplate(template, filled, encodings.verbatim)];
    }),
  );
}

const headersOf = (source: MetricSource): readonly string[] =>
  'headers' in source ? Object.values(source.headers) : [];

/**
 * Looks before anything is changed whether the environment has all that the headers of a rollout file need.
 *
 * @throws ActionError invalid-input that names what is not set
 */
export function requireEnvironment(rollout: Pick<Rollout, 'analysis' | 'preflight'>): void {
  const templates = [
    ...rollout.analysis.flatMap(({ metrics }) => metrics.flatMap(({ source }) => headersOf(source))),
    ...rollout.preflight.flatMap((check) => (check.kind === 'http' ? Object.values(check.headers) : [])),
  ];
  const missing = new Set(templates.flatMap(environmentNames).filter((name) => !isSet(name)));
  if (missing.size > 0) throw unset([...missing]);
}
