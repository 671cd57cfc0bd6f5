/** Where a plain git repository lies. */
export interface RemoteAddress {
  /** As git takes it. */
  readonly url: string;
  /** The same without credentials, for people. */
  readonly shown: string;
  /** Names and passwords in it that must not be shown. */
  readonly secrets: readonly string[];
}

const EXPECTED =
  'expected the address of a git repository: https://…, ssh://…, user@host:path, file:///… or the path of a folder';
const HOST = /^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?$|^\[[0-9A-Fa-f:.]+\]$/;
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
/** `user@host:path`, as ssh and git write it. */
const SCP = /^(?:([A-Za-z0-9_][A-Za-z0-9._-]*)@)?([A-Za-z0-9_][A-Za-z0-9._-]*):(?!\/\/)([^-].*)$/;

const refuse = (what: string, found: string, why: string) => ({
  problem: `${what}: ${why}; ${EXPECTED}; found ${JSON.stringify(found.slice(0, 80))}`,
});

/**
 * The address of a git remote, or what is wrong with it. Only ways that move bytes are taken: what would be an option
 * of git, a transport helper such as `ext::`, which runs programs, or an unprotected connection is none.
 *
 * @param what - name of the input, for the message, in which credentials do not appear
 */
export function parseRemote(
  what: string,
  text: string,
): { readonly address: RemoteAddress } | { readonly problem: string } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a command line
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text))
    return refuse(what, text, 'is empty or holds control characters');
  if (text.startsWith('-')) return refuse(what, text, 'begins with "-", which git would take for an option');
  if (/^[A-Za-z0-9+.-]*::/.test(text))
    return refuse(what, text, 'names a transport helper, which may run programs');
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text)) return parseUrl(what, text);
  const [, , host] = SCP.exec(text) ?? [];
  // A drive of Windows is one letter, and no host is.
  if (host !== undefined && host.length > 1) return { address: { url: text, shown: text, secrets: [] } };
  if (text.includes(':') && !/^[A-Za-z]:[\\/]/.test(text)) return refuse(what, text, 'is no address');
  return { address: { url: text, shown: text, secrets: [] } };
}

function parseUrl(what: string, text: string): ReturnType<typeof parseRemote> {
  const url = URL.parse(text);
  if (url === null) return refuse(what, withoutUser(text), 'is no URL');
  const shown = withoutUser(text);
  const { protocol, hostname, username, password } = url;
  if (protocol === 'file:')
    return hostname === ''
      ? { address: { url: text, shown, secrets: [] } }
      : refuse(what, shown, 'names a host in file:');
  if (!HOST.test(hostname)) return refuse(what, shown, 'names no host');
  if (protocol !== 'https:' && protocol !== 'ssh:' && !(protocol === 'http:' && LOOPBACK.has(hostname)))
    return refuse(what, shown, `${protocol}// is not protected, or not known`);
  // A user of ssh is no secret, and a name without a password may be a token of https.
  const secrets = (protocol === 'ssh:' ? [password] : [username, password]).filter((secret) => secret !== '');
  return { address: { url: text, shown, secrets: secrets.flatMap((secret) => [secret, decoded(secret)]) } };
}

const withoutUser = (text: string): string => text.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/?#]*@/, '$1');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
