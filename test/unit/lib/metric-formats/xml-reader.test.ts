import { expect, test } from 'vitest';
import { readXml } from '../../../../actions/lib/metric-formats/xml-reader.ts';

test('elements, attributes and lines are read; comments, instructions and CDATA passed over', () => {
  const root = readXml(
    '<?xml version="1.0"?>\n<!-- <x> -->\n<a one="1 &lt;&#38;&#x41;" two=\'"\'>\n<b/><![CDATA[<c>]]>text &amp; more<d\n></d>\n</a>\n',
    'r.xml',
  );
  expect(root.name).toBe('a');
  expect([...root.attributes]).toEqual([
    ['one', '1 <&A'],
    ['two', '"'],
  ]);
  expect(root.children.map(({ name, line }) => [name, line])).toEqual([
    ['b', 4],
    ['d', 4],
  ]);
});

test.each([
  ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'r.xml:1:1: not valid XML: a document type (DTD)'],
  ['<a>&x;</a>', 'only the five entities'],
  ['<a>&amp</a>', 'only the five entities'],
  ['<a x="&#0;"/>', 'only the five entities'],
  ['<a x="&#x110000;"/>', 'only the five entities'],
  ['<a><b></a>', '</a> where <b> of line 1 is to be closed'],
  ['<a>', '<a> of line 1 is never closed'],
  ['</a>', '</a> closes nothing'],
  ['<a/><b/>', '<b> of line 1 stands beside the first element'],
  ['<a/>text', 'text outside of the elements'],
  ['<a x="1" x="2"/>', 'the attribute x stands there twice'],
  ['<a x=1/>', 'expected an attribute or the end of <a>'],
  ['<a x="<"/>', 'expected an attribute or the end of <a>'],
  ['<a><!-- </a>', '<!-- is never closed'],
  ['<1/>', 'expected the name of an element'],
  ['<a', 'expected an attribute or the end of <a>'],
  ['', 'no element'],
  [`${'<a>'.repeat(100)}${'</a>'.repeat(100)}`, 'nested deeper than 64'],
])('%j is refused', (text, message) => {
  expect(() => readXml(text, 'r.xml')).toThrow(message);
});
