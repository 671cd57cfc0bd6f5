/** The variables of an address in a rollout file. */
export const TEMPLATE_VARIABLES = ['version', 'digest', 'weight', 'model', 'environment'] as const;

export type TemplateVariables = Readonly<Record<(typeof TEMPLATE_VARIABLES)[number], string>>;

const VARIABLE = /\$\{([^}]*)\}/g;

const isKnown = (name: string): name is keyof TemplateVariables =>
  TEMPLATE_VARIABLES.some((known) => known === name);

/** The address with its variables filled in, each encoded for a URL, so that no value can change the address's shape. */
export const fillTemplate = (template: string, values: TemplateVariables): string =>
  template.replace(VARIABLE, (whole, name: string) =>
    isKnown(name) ? encodeURIComponent(values[name]) : whole,
  );

/** Characters that parsers of URLs drop or turn around in silence. */
const ODD = /[\s\\\p{Cc}\p{Cf}]/u;

/**
 * What is wrong with an address template, or `undefined`: it must be `https:` (`http:` only where private networks
 * are allowed), without user or password, and have variables in path and query only.
 */
export function templateProblem(template: string, allowPrivateNetwork: boolean): string | undefined {
  for (const [whole, name = ''] of template.matchAll(VARIABLE))
    if (!isKnown(name))
      return `unknown variable ${whole}; known are ${TEMPLATE_VARIABLES.map((known) => `\${${known}}`).join(', ')}`;
  if (ODD.test(template)) return 'an address holds no white space, backslash or invisible character';
  const filled = template.replace(VARIABLE, 'x');
  if (!URL.canParse(filled)) return `not an address: ${JSON.stringify(template)}`;
  const { protocol, username, password, origin } = new URL(filled);
  if (protocol !== 'https:' && protocol !== 'http:') return `expected https:, found ${protocol}`;
  if (protocol === 'http:' && !allowPrivateNetwork)
    return 'expected https:, found http: (allowed with allow-private-network: true)';
  if (username !== '' || password !== '') return 'an address holds no user or password; use secret-env';
  return /^https?:\/\/[^/?#]*\$\{/i.test(template)
    ? `variables may stand in path and query only, not in ${origin}`
    : undefined;
}
