import { expect, test } from 'vitest';
import { describeEvent } from '../../../actions/lib/registry/describe-event.ts';
import { modelCard } from '../../../actions/lib/registry/model-card.ts';
import { ledgerReadme } from '../../../actions/lib/registry/readme.ts';
import { releaseNotes } from '../../../actions/lib/registry/release-notes.ts';
import { promotionReport } from '../../../actions/promote-model/report.ts';
import { rollbackReport } from '../../../actions/rollback/report.ts';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';
import { effectsOf } from '../../support/inert.ts';
import {
  INCIDENT_URL,
  poisonedLedger,
  poisonedNotes,
  poisonedPromotion,
  poisonedRollback,
} from '../../support/poisoned-documents.ts';

const HISTORY = 'https://github.com/octo/models/tree/mlops-registry/models/churn';
const links = { ledger: HISTORY };

interface Sink {
  readonly name: string;
  render(text: string): string;
  readonly links: readonly string[];
}

const COMPARE = notesLink();

function notesLink(): string {
  return (
    /https:\/\/github\.com\/octo\/models\/compare\/\S+?(?=\))/.exec(releaseNotes(poisonedNotes('x')))?.[0] ??
    ''
  );
}

const SINKS: readonly Sink[] = [
  {
    name: 'the report of a promotion',
    render: (text) => promotionReport(poisonedPromotion(text), text, links),
    links: [HISTORY, INCIDENT_URL],
  },
  {
    name: 'the report of a rollback',
    render: (text) => rollbackReport(poisonedRollback(text), text, links),
    links: [HISTORY, INCIDENT_URL],
  },
  {
    name: 'the release notes',
    render: (text) => releaseNotes(poisonedNotes(text)),
    links: [COMPARE],
  },
  {
    name: 'the model card',
    render: (text) => modelCard(poisonedNotes(text)),
    links: [COMPARE],
  },
  {
    name: 'the README of the ledger',
    render: (text) => {
      const { state, events } = poisonedLedger(text);
      return ledgerReadme(state, events);
    },
    links: [],
  },
];

test('there are more than two hundred texts', () => {
  expect(HOSTILE_TEXTS.length).toBeGreaterThan(200);
});

/** Hundreds of pages are rendered, on whatever machine. */
const SLOW_MS = 180_000;

test.each(SINKS)(
  '$name shows hostile texts and does nothing else',
  { timeout: SLOW_MS },
  ({ render, links: own }) => {
    const plain = render('plain words');
    const headings = plain.split('\n').filter((line) => /^#{1,6} /.test(line));
    const harmed = HOSTILE_TEXTS.flatMap((text) => {
      const effects = effectsOf(render(text), { links: own, headings });
      return effects.length === 0 ? [] : [{ text, effects: [...new Set(effects)].slice(0, 5) }];
    });
    expect(harmed).toEqual([]);
  },
);

test('every event of a ledger is told in one sentence, whatever is in it', () => {
  for (const text of HOSTILE_TEXTS)
    for (const event of poisonedLedger(text).events) expect(describeEvent(event)).not.toBe('');
});
