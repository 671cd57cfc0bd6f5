import { fullFormats } from 'ajv-formats/dist/formats.js';
import { expect, test } from 'vitest';
import { textFormat } from '../../../../actions/lib/checks/text-formats.ts';
import { compileSchema } from '../../../../actions/lib/schema/compile-schema.ts';

const TEXTS = [
  ...[
    '',
    'a@b.example',
    'a@',
    '2024-02-29',
    '2023-02-29',
    '12:30:00Z',
    '24:00:00Z',
    '2024-02-29T12:30:00Z',
    'P1DT2H',
  ],
  ...[
    'https://example.org/a?b#c',
    '/relative',
    'http://{host}/',
    'example.org',
    '-bad-',
    '127.0.0.1',
    '256.0.0.1',
    '::1',
  ],
  ...[
    '4f0c2f0e-6a43-4c39-9a1a-5b9c0c9b8a11',
    '/a/b~0',
    '0/a',
    '^[a-z]+$',
    '[',
    'aGVsbG8=',
    '12',
    '1.5',
    '-',
    'x',
  ],
];

test.each(Object.keys(fullFormats))('%s is what ajv takes it for', (name) => {
  const [validate, holds] = [compileSchema({ type: 'string', format: name }, 'format'), textFormat(name)];
  for (const text of TEXTS) expect([text, holds(text)]).toEqual([text, validate(text).length === 0]);
});

test('an unknown format is refused with the nearest one', () => {
  expect(() => textFormat('e-mail')).toThrow('the format "e-mail" is not known; did you mean "email"?');
});
