// What actions/attest does on GitHub, up to the signature: there is no identity on this machine that anybody would
// believe. The statement that would be signed is written, so that what is attested can be looked at.
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { variable } from './variable.ts';

/** The limit of actions/attest on the subjects of one attestation. */
const MAX_SUBJECTS = 1024;

/** A line of a file as `sha256sum` writes it: the digest, a space, a space or an asterisk, the name. */
const LINE = /^([0-9a-f]{64}) [ *](.+)$/;

const refuse = (message: string): never => {
  process.stdout.write(`::error::Stand-in for actions/attest: ${message}\n`);
  process.exit(1);
};

function readSubjects(file: string) {
  const lines = readFileSync(resolve(variable('GITHUB_WORKSPACE'), file), 'utf8').split('\n');
  const subjects = lines
    .filter((line) => line !== '')
    .map((line) => {
      const [, sha256 = '', name = ''] = LINE.exec(line) ?? refuse(`${file}: not a checksum: ${line}`);
      return { name, digest: { sha256 } };
    });
  if (subjects.length === 0) refuse(`${file}: there is nothing to attest`);
  if (subjects.length > MAX_SUBJECTS)
    refuse(`${file}: ${subjects.length} subjects, ${MAX_SUBJECTS} is the limit`);
  return subjects;
}

const checksums = variable('INPUT_SUBJECT-CHECKSUMS');
if (checksums === '') refuse('only subject-checksums is known here, and it is empty');
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: readSubjects(checksums),
  predicateType: variable('INPUT_PREDICATE-TYPE') || 'https://slsa.dev/provenance/v1',
};
const bundle = join(mkdtempSync(join(variable('RUNNER_TEMP'), 'attest-')), 'statement.json');
writeFileSync(bundle, `${JSON.stringify(statement, null, 2)}\n`);
process.stdout.write(
  `Stand-in for actions/attest: nothing is signed; the statement is in ${bundle}\n` +
    statement.subject.map(({ name, digest }) => `  ${digest.sha256}  ${name}\n`).join(''),
);
appendFileSync(variable('GITHUB_OUTPUT'), `bundle-path=${bundle}\n`);
