import type { Runtime } from '../runtime.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Names of the environment variables that hold the credentials of a registry. */
export interface CredentialNames {
  readonly userEnv: string;
  readonly passwordEnv: string;
}

export const REGISTRY_CREDENTIALS: CredentialNames = {
  userEnv: 'REGISTRY_USER',
  passwordEnv: 'REGISTRY_PASSWORD',
};

/** The registry that the job's own token opens. */
const GITHUB_REGISTRY = 'ghcr.io';

/** The credentials for a registry: those of the step's environment, for ghcr.io else the job's token; none elsewhere. */
export function credentialsFor(
  runtime: Runtime,
  host: string,
  { userEnv, passwordEnv }: CredentialNames,
): Credentials | undefined {
  const password = process.env[passwordEnv] ?? '';
  if (password !== '') {
    runtime.secret(password);
    return { user: process.env[userEnv] ?? '', password };
  }
  const token = host === GITHUB_REGISTRY ? (runtime.input('github-token') ?? '') : '';
  return token === '' ? undefined : { user: runtime.context.actor || 'x-access-token', password: token };
}

export const basicAuthorization = ({ user, password }: Credentials): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
