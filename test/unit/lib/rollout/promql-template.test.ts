import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillPromql } from '../../../../actions/lib/rollout/promql-template.ts';

const version = '1.2.3+b';

test.each([
  ['up{v="${version}"}', 'up{v="1.2.3+b"}'],
  ['up{v=~"${version}"}', 'up{v=~"1\\u005c.2\\u005c.3\\u005c+b"}'],
  ['up{a="x", v !~\n  \'${version}|y\'}', 'up{a="x", v !~\n  \'1\\u005c.2\\u005c.3\\u005c+b|y\'}'],
  ['up{v=~`${version}`}', 'up{v=~`1\\.2\\.3\\+b`}'],
  ['up{v=`${version}`}', 'up{v=`1.2.3+b`}'],
  ['up{v=~"\\"${version}", w="${version}"}', 'up{v=~"\\"1\\u005c.2\\u005c.3\\u005c+b", w="1.2.3+b"}'],
  ['up{v=~`\\`, w="${version}"}', 'up{v=~`\\`, w="1.2.3+b"}'],
  ['up{v=~ # "\n "${version}"}', 'up{v=~ # "\n "1\\u005c.2\\u005c.3\\u005c+b"}'],
  ['up # ${version}', 'up # ${version}'],
  [
    'label_replace(up{a="1"}, "v", "${version}", "w", "${version}")',
    'label_replace(up{a="1"}, "v", "1.2.3+b", "w", "1\\u005c.2\\u005c.3\\u005c+b")',
  ],
  ['label_join(up, "v", ",", "a", "${version}")', 'label_join(up, "v", ",", "a", "1.2.3+b")'],
  ['rate(up[${window}]) > ${weight}', 'rate(up[5400s]) > 10'],
  ['up{v="${else}"}', 'up{v="${else}"}'],
])('%s', (query, filled) => {
  expect(fillPromql(query, { version, window: '5400s', weight: '10' })).toBe(filled);
});

test('a value in a query stays inside of its string, in either kind of quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), fc.constantFrom('"', "'"), (value, quote) => {
      const filled = fillPromql(`up{v=${quote}\${version}${quote}}`, { version: value });
      const inside = filled.slice('up{v="'.length, -'"}'.length);
      // Nothing is left that ends a string, and reading Go's escapes gives the value back.
      expect(inside.replace(/\\u[0-9a-f]{4}/g, '')).not.toMatch(/["'`\\\n]/);
      expect(JSON.parse(`"${inside}"`)).toBe(value);
    }),
  );
});

test('a value in a regular expression matches itself and nothing else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'binary-ascii' }), (value, other) => {
      const filled = fillPromql('up{v=~"${version}"}', { version: value });
      const pattern = new RegExp(`^(?:${JSON.parse(filled.slice('up{v=~'.length, -1))})$`);
      expect(pattern.test(value)).toBe(true);
      expect(pattern.test(other)).toBe(other === value);
    }),
  );
});

test('a raw string is not left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), fc.constantFrom('=', '=~'), (value, operator) => {
      const filled = fillPromql(`up{v${operator}\`\${version}\`}`, { version: value });
      expect(filled.split('`').length).toBe(3);
    }),
  );
});
