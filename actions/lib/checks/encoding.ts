import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, Discovery, FileEvidence } from './check.ts';
import { planned } from './planned.ts';

const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'iso-8859-1'];

/** Counts files that are in another encoding than wanted, or written in a way that other programs stumble over. */
export const encoding: CheckDefinition = {
  name: 'encoding',
  about:
    'Text files in another encoding than wanted, or with mixed line ends; a file whose bytes are not what its ' +
    'encoding allows is not read at all',
  level: ['table'],
  aliases: [
    ['Frictionless', 'encoding-error'],
    ['TFDV', 'ENUM_TYPE_INVALID_UTF8'],
  ],
  dimension: 'conformity',
  threshold: NONE,
  units: ['files'],
  parameters: [
    {
      name: 'allowed',
      kind: { manyOf: ENCODINGS },
      about: 'The encodings that are allowed; any when absent',
    },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: encoding, allowed: [utf-8] }`,
  plan(rule, table) {
    const allowed = readArguments(rule, encoding.parameters, table).texts('allowed');
    const expected =
      allowed === undefined ? 'one kind of line end in a file' : `files in ${allowed.join(' or ')}`;
    return {
      ...planned(encoding, rule, expected),
      work: {
        kind: 'profile',
        decide({ table: { files } }) {
          const found = files.map((file) => problems(file, allowed));
          return {
            count: found.filter((one) => one.length > 0).length,
            of: files.length,
            discoveries: found.flat(),
          };
        },
      },
    };
  },
};

const problems = (file: FileEvidence, allowed: readonly string[] | undefined): readonly Discovery[] => [
  ...(allowed === undefined || file.encoding === undefined || allowed.includes(file.encoding)
    ? []
    : [{ file: file.name, expected: allowed.join(' or '), hint: `the file is in ${file.encoding}` }]),
  ...file.notes
    .filter(({ level }) => level === 'suspicious')
    .map(({ message, expected = 'a file as its format has it' }) => ({
      file: file.name,
      expected,
      hint: message,
    })),
];
