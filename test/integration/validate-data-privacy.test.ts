import { expect, test } from 'vitest';
import { main } from '../../actions/validate-data/main.ts';
import { memoryRuntime } from '../support/memory-runtime.ts';
import { OUTPUT } from '../support/validate-data.ts';

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: people
version: 1.0.0
status: active
schema:
  - name: people
    properties:
      - { name: plan, logicalType: string, classification: restricted }
      - { name: income, logicalType: integer, classification: pii }
      - { name: city, logicalType: string }
`;
const people = (plan: string, income: number, city: string): string =>
  [
    'plan,income,city',
    ...Array.from({ length: 400 }, (_, row) =>
      [row % 3 ? plan : 'secret-other', income + row, row % 3 ? city : 'Oslo'].join(','),
    ),
  ].join('\n');

test('of classified columns that drifted, no output shows what changed', async () => {
  await using runtime = await memoryRuntime({
    action: 'validate-data',
    inputs: { data: 'new.csv', reference: 'old.csv', contract: 'people.odcs.yaml' },
    files: {
      'people.odcs.yaml': CONTRACT,
      'old.csv': people('secret-one', 770_000, 'Bergen'),
      'new.csv': people('secret-two', 779_000, 'Bodø'),
    },
  });
  await main(runtime);
  const written = [
    'report.json',
    'report.md',
    'report.html',
    'profile.json',
    'findings.jsonl',
    'findings.sarif',
  ];
  const texts = await Promise.all(written.map((name) => runtime.files.readText(`${OUTPUT}/${name}`)));
  const { log, summary, outputs } = runtime.recorded;
  const all = [...texts, JSON.stringify([log, summary(), [...outputs]])].join('\n');
  expect([...outputs].find(([name]) => name === 'drifted-columns')?.[1]).toBe('["plan","income","city"]');
  expect(all).toMatch(/Bodø|Bergen/); // of the column that is not classified
  expect(all).not.toMatch(/secret-(one|two|other)|\b77\d{4}\b|\b77\d,\d{3}\b/);
});
