import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPlaces } from '../../../../actions/lib/contract/json-places.ts';
import { parseJsonStrict } from '../../../../actions/lib/schema/json.ts';

type Path = readonly (string | number)[];

/** The paths of all values inside of a value. */
const paths = (value: unknown, path: Path = []): readonly Path[] => [
  path,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, item]) =>
        paths(item, [...path, Array.isArray(value) ? Number(key) : key]),
      )
    : []),
];

test('places in one pass are those that the parser finds one by one', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const parsed = parseJsonStrict(text, 'c.json', { largeIntegers: 'nearest' });
      const places = jsonPlaces(text, 'c.json');
      for (const path of paths(parsed.value)) expect(places(path)).toBe(parsed.at(path));
    }),
    { numRuns: 300 },
  );
});

test('a path that leads nowhere is where the values around it are', () => {
  const places = jsonPlaces('{\n  "a": [\n    1,\n    { "b": "x\\"y" }\n  ]\n}', 'c.json');
  expect(places(['a', 1, 'b'])).toBe('c.json:4:12');
  expect(places(['a', 1, 'c', 0])).toBe('c.json:4:5');
  expect(places(['z'])).toBe('c.json:1:1');
});
