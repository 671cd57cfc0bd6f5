import { NONE } from '../stats/threshold.ts';
import { type Arguments, readArguments } from './arguments.ts';
import type { CheckDefinition, Discovery, FileEvidence } from './check.ts';
import { unmeasured } from './evidence.ts';
import { planned, refusal } from './planned.ts';

/** Counts files whose bytes are not the bytes that were promised. */
export const fileIntegrity: CheckDefinition = {
  name: 'fileIntegrity',
  about: 'Files whose bytes are not the bytes that were promised',
  level: ['table'],
  aliases: [
    ['Frictionless', 'hash-count, byte-count'],
    ['Croissant', 'sha256, contentSize'],
  ],
  dimension: 'consistency',
  threshold: NONE,
  units: ['files'],
  parameters: [
    { name: 'file', kind: 'text', about: 'Name or end of the path of the file; every file when absent' },
    { name: 'sha256', kind: 'text', about: 'sha256 of the file as stored, 64 hexadecimal digits' },
    { name: 'byteCount', kind: 'count', about: 'Size of the file as stored, in bytes' },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation:
      check: fileIntegrity
      file: train.csv
      sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`,
  plan(rule, table) {
    const given = readArguments(rule, fileIntegrity.parameters, table);
    const [file, sha256, bytes] = [given.text('file'), digestOf(given), given.number('byteCount')];
    if (sha256 === undefined && bytes === undefined) throw refusal(rule, 'give sha256, byteCount or both');
    if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256))
      throw refusal(rule, 'sha256: expected 64 hexadecimal digits');
    const expected = [
      ...(sha256 === undefined ? [] : [`sha256 ${sha256.slice(0, 12)}…`]),
      ...(bytes === undefined ? [] : [`${bytes} bytes`]),
    ].join(', ');
    return {
      ...planned(fileIntegrity, rule, `${file ?? 'each file'}: ${expected}`),
      work: {
        kind: 'profile',
        decide({ table: { files } }) {
          const meant = files.filter(({ name }) => isNamed(name, file));
          if (file !== undefined && meant.length === 0)
            return {
              count: 1,
              of: files.length,
              discoveries: [{ expected: `a file "${file}"`, hint: 'it was not read' }],
            };
          if (sha256 !== undefined && meant.some((one) => one.sha256 === undefined))
            return unmeasured('the sha256 of a file is not known');
          const discoveries = meant.flatMap((one) => problems(one, sha256, bytes));
          return {
            count: new Set(discoveries.map((found) => found.file)).size,
            of: meant.length,
            discoveries,
          };
        },
      },
    };
  },
};

const digestOf = (given: Arguments): string | undefined =>
  given
    .text('sha256')
    ?.toLowerCase()
    .replace(/^sha256:/, '');

/** A name stands for a file of that name in any folder. */
const isNamed = (name: string, wanted: string | undefined): boolean =>
  wanted === undefined || name === wanted || name.replaceAll('\\', '/').endsWith(`/${wanted}`);

function problems(file: FileEvidence, sha256: string | undefined, bytes: number | undefined): Discovery[] {
  const found: Discovery[] = [];
  if (bytes !== undefined && file.bytes !== bytes)
    found.push({ file: file.name, value: `${file.bytes} bytes`, expected: `${bytes} bytes` });
  if (sha256 !== undefined && file.sha256 !== sha256)
    found.push({ file: file.name, value: file.sha256 ?? '', expected: `sha256 ${sha256}` });
  return found;
}
