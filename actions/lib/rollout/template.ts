/** The variables of a rollout file's traffic addresses. */
export const TRAFFIC_VARIABLES = ['version', 'digest', 'weight', 'model', 'environment'] as const;

/** The variables of what analysis and preflight ask. */
export const ANALYSIS_VARIABLES = [
  ...TRAFFIC_VARIABLES,
  'window',
  'step.started',
  'stable.version',
  'stable.digest',
  'canary.version',
  'canary.revision',
  'canary.digest',
] as const;

/** Values by the name of the variable. */
export type TemplateValues = Readonly<Record<string, string>>;

export type AnalysisValues = Readonly<Record<(typeof ANALYSIS_VARIABLES)[number], string>>;

const VARIABLE = /\$\{([^}]*)\}/g;

/** A variable that stands for one of the step's environment, in headers only. */
const ENVIRONMENT = /^env\.([A-Za-z_][A-Za-z0-9_]{0,99})$/;

/** How a value is written so that it stays one value where it stands. */
export const encodings = {
  url: encodeURIComponent,
  /** Inside of a string of JSON. */
  json: (value: string): string => JSON.stringify(value).slice(1, -1),
  verbatim: (value: string): string => value,
} as const;

/** The text with its variables filled in; one that is not among the values stays as it is. */
export const fillTemplate = (
  template: string,
  values: TemplateValues,
  encode: (value: string) => string = encodings.url,
): string =>
  template.replace(VARIABLE, (whole, name: string) =>
    Object.hasOwn(values, name) ? encode(values[name] ?? '') : whole,
  );

/** The names of the step's environment that a header takes its value from. */
export const environmentNames = (template: string): readonly string[] =>
  [...template.matchAll(VARIABLE)].flatMap(([, name = '']) => ENVIRONMENT.exec(name)?.[1] ?? []);

/** The first variable that is not known here, in words; `undefined` if all are. */
export function unknownVariable(template: string, known: readonly string[]): string | undefined {
  for (const [whole, name = ''] of template.matchAll(VARIABLE)) {
    if (known.includes(name)) continue;
    if (ENVIRONMENT.test(name))
      return `${whole} may stand in headers only, so that no secret gets into addresses, queries, bodies or arguments`;
    return `unknown variable ${whole}; known are ${known.map((one) => `\${${one}}`).join(', ') || 'none here'}`;
  }
  return undefined;
}

/** Characters that parsers of URLs drop or turn around in silence. */
const ODD = /[\s\\\p{Cc}\p{Cf}]/u;

/** The host of an address, as written: what stands before the first `/`, `?` or `#`. */
const HOST = /^[a-z]+:\/\/([^/?#]*)/i;

/**
 * What is wrong with an address template, or `undefined`: it must be `https:` (`http:` only where private networks
 * are allowed), without user or password, and have variables in path and query only.
 */
export function templateProblem(
  template: string,
  allowPrivateNetwork: boolean,
  known: readonly string[] = TRAFFIC_VARIABLES,
): string | undefined {
  const unknown = unknownVariable(template, known);
  if (unknown !== undefined) return unknown;
  if (ODD.test(template)) return 'an address holds no white space, backslash or invisible character';
  // Letters of other alphabets can look like another host's.
  if (/[^\x21-\x7e]/.test(HOST.exec(template)?.[1] ?? ''))
    return 'write a host outside of ASCII in its xn-- form, which cannot be mistaken for another one';
  const filled = template.replace(VARIABLE, 'x');
  if (!URL.canParse(filled)) return `not an address: ${JSON.stringify(template)}`;
  const { protocol, username, password, origin } = new URL(filled);
  if (protocol !== 'https:' && protocol !== 'http:') return `expected https:, found ${protocol}`;
  if (protocol === 'http:' && !allowPrivateNetwork)
    return 'expected https:, found http: (allowed with allow-private-network: true)';
  if (username !== '' || password !== '')
    return 'an address holds no user or password; send them by secret-env or headers';
  return /^https?:\/\/[^/?#]*\$\{/i.test(template)
    ? `variables may stand in path and query only, not in ${origin}`
    : undefined;
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
/** Headers that the client itself decides on. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'transfer-encoding',
  'upgrade',
]);
/** What GitHub gives an action for itself is not sent to other servers. */
const PRIVATE_VARIABLE = /^(INPUT|ACTIONS|RUNNER)_/;

/** What is wrong with a header, or `undefined`. */
export function headerProblem(name: string, value: string): string | undefined {
  if (!HEADER_NAME.test(name)) return `${JSON.stringify(name)} is not the name of a header`;
  if (OWN_HEADERS.has(name.toLowerCase())) return `${name} is set by the client itself; remove it`;
  if (/[^\t\x20-\x7e]/.test(value)) return 'a header holds printable ASCII and no line breaks';
  const names = environmentNames(value);
  const kept = names.find((one) => PRIVATE_VARIABLE.test(one));
  if (kept !== undefined) return `\${env.${kept}} is the runner's own and is not sent anywhere`;
  return unknownVariable(value, [...ANALYSIS_VARIABLES, ...names.map((one) => `env.${one}`)]);
}
