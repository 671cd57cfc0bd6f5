import { expect, test } from 'vitest';
import { parseRemote } from '../../../../actions/lib/registry/remote-address.ts';

test.each([
  ['https://git.example.com/models.git', 'https://git.example.com/models.git', []],
  ['https://bob:p%40ss@git.example.com/m.git', 'https://git.example.com/m.git', ['bob', 'p%40ss', 'p@ss']],
  ['https://token-123@git.example.com/m.git', 'https://git.example.com/m.git', ['token-123']],
  ['ssh://git@git.example.com:2222/m.git', 'ssh://git.example.com:2222/m.git', []],
  ['git@git.example.com:acme/models.git', 'git@git.example.com:acme/models.git', []],
  ['file:///srv/git/models.git', 'file:///srv/git/models.git', []],
  ['http://127.0.0.1:3000/m.git', 'http://127.0.0.1:3000/m.git', []],
  ['/srv/git/models.git', '/srv/git/models.git', []],
  ['../models.git', '../models.git', []],
  ['C:\\git\\models.git', 'C:\\git\\models.git', []],
])('%s is an address', (text, shown, secrets) => {
  const parsed = parseRemote('ledger-remote', text);
  expect(parsed).toMatchObject({ address: { url: text, shown } });
  expect('address' in parsed && [...new Set(parsed.address.secrets)]).toEqual(secrets);
});

test.each([
  ['', /is empty/],
  ['--upload-pack=touch /tmp/x', /begins with "-"/],
  ['ext::sh -c id', /transport helper/],
  ['fd::17', /transport helper/],
  ['http://git.example.com/m.git', /http:\/\/ is not protected/],
  ['git://git.example.com/m.git', /git:\/\/ is not protected/],
  ['ftp://git.example.com/m.git', /ftp:\/\/ is not protected/],
  ['ssh://-oProxyCommand=id/m.git', /names no host|is no URL/],
  ['-oProxyCommand=id:m.git', /begins with "-"/],
  ['git@-oProxyCommand=id:m.git', /is no address/],
  ['git@host:-oProxyCommand=id', /is no address/],
  ['file://host/share/m.git', /names a host in file:/],
  ['https://git.example.com/m.git\n--x', /control characters/],
])('%j is none', (text, problem) => {
  expect(parseRemote('ledger-remote', text)).toMatchObject({ problem: expect.stringMatching(problem) });
});

test('credentials of a wrong address are not repeated', () => {
  expect(JSON.stringify(parseRemote('ledger-remote', 'http://bob:s3cr3t@git.example.com/m.git'))).not.toMatch(
    /s3cr3t/,
  );
});
