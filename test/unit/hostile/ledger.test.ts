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
