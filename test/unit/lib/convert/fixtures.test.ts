import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { convertAndRead } from './read-back.ts';

const folder = 'test/fixtures/convert/';
const sources = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ name }) => name);

describe('files as the tools write them', () => {
  it.each(sources)('%s becomes a contract that is read and planned', (name) => {
    const { yaml, losses } = convertAndRead(readFileSync(folder + name, 'utf8'), 'auto', name);
    expect(yaml).toBe(readFileSync(`${folder}expected/${name}.odcs.yaml`, 'utf8'));
    for (const loss of losses) {
      expect(loss).toMatch(new RegExp(`^${name.replaceAll('.', '\\.')}:\\d+:\\d+: `));
      expect(yaml).toContain(`# - ${loss.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')}\n`);
    }
  });

  it('recognises each format', () => {
    const formats = sources.map((name) => convertAndRead(readFileSync(folder + name, 'utf8')).format);
    expect(new Set(formats)).toEqual(
      new Set(['datapackage', 'json-schema', 'dbt', 'pandera', 'great-expectations', 'tfdv', 'table-schema']),
    );
  });
});
