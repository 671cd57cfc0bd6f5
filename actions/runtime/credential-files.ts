const CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)\.git(\/|$)/i, 'a part of a Git repository, where tokens are kept'],
  [/(^|\/)\.env(\.[^/]*)?$/i, 'an environment file'],
  [/\.(pem|key|pfx|p12|jks|keystore)$/i, 'a private key'],
  [/(^|\/)(\.npmrc|\.pypirc|\.netrc|_netrc|\.git-credentials|\.dockercfg)$/i, 'a file of credentials'],
  [/(^|\/)\.(aws|ssh|gnupg|docker|kube|azure)(\/|$)/i, 'a folder of credentials'],
  [/(^|\/)id_(rsa|dsa|ecdsa|ed25519)$/i, 'a private key'],
];

/** Why a file must not be handed over, by its path; `undefined` for a file that may. */
export function credentialFile(path: string): string | undefined {
  const normal = path.replaceAll('\\', '/');
  const found = CREDENTIALS.find(([pattern]) => pattern.test(normal));
  return found && `${path}, ${found[1]}`;
}
