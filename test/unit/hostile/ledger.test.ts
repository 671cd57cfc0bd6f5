import { expect, test } from 'vitest';
import { eventLines, readChain } from '../../../actions/lib/registry/chain.ts';
import { parseEvent } from '../../../actions/lib/registry/parse-event.ts';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';
import { poisonedLedger } from '../../support/poisoned-documents.ts';

test('whatever texts a ledger holds, it is read back as it was written', () => {
  for (const text of HOSTILE_TEXTS) {
    const { events } = poisonedLedger(text);
    const file = { path: 'events/2026-01.jsonl', text: eventLines(events) };
    expect(readChain('churn', [file], parseEvent)).toEqual({ events });
  }
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('verdict');
});

test('what is written to the ledger can be read, however long it is', () => {
  for (const length of [4_000, 65_536, 65_537, 140_000])
    for (const event of poisonedLedger('x'.repeat(length)).events)
      expect(parseEvent(JSON.parse(JSON.stringify(event)))).toHaveProperty('event');
});
