import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../../actions/lib/digest.ts';
import { promotionAlert, rollbackAlert } from '../../../actions/lib/registry/alert.ts';
import { openCase, say } from '../../../actions/rollback/case-file.ts';
import { reportIncident } from '../../../actions/rollback/incident.ts';
import { readInputs } from '../../../actions/rollback/inputs.ts';
import { type AlertFormat, alertBodies } from '../../../actions/runtime/alerts/formats.ts';
import { plainAlert } from '../../../actions/runtime/alerts/plain-alert.ts';
import { shortDescription } from '../../../actions/runtime/github/commit-status.ts';
import type { GitHub } from '../../../actions/runtime/github/github.ts';
import type { IssueRequest } from '../../../actions/runtime/github/issues.ts';
import { markedBody } from '../../../actions/runtime/github/marker.ts';
import { openLedger } from '../../../actions/runtime/ledger/open-ledger.ts';
import { stepLog } from '../../../actions/runtime/log.ts';
import { outputEntry } from '../../../actions/runtime/outputs.ts';
import { StepCommands } from '../../../actions/runtime/step-commands.ts';
import { clientOf, startTestGitHub } from '../../support/github.ts';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';
import { effectsOf } from '../../support/inert.ts';
import { type MemoryRuntime, memoryRuntime } from '../../support/memory-runtime.ts';
import { poisonedLedger, poisonedPromotion, poisonedRollback } from '../../support/poisoned-documents.ts';
import { gateFor } from '../../support/registry.ts';
import { commandsIn, outputsIn } from '../../support/runner-parsers.ts';

const RUN = 'https://github.com/octo/models/actions/runs/7';
const SECRET = 'correct horse battery staple';
/** Hundreds of pages are rendered, on whatever machine. */
const SLOW_MS = 180_000;

let runtime: MemoryRuntime;
let service: Awaited<ReturnType<typeof startTestGitHub>>;
/** What the service of issues was asked to write last. */
let asked: { readonly request: IssueRequest; readonly update: string };

beforeAll(async () => {
  service = await startTestGitHub();
  const client = clientOf(service);
  const github: GitHub = {
    ...client,
    issues: {
      ...client.issues,
      upsert: async (request, update) => {
        asked = { request, update };
        return {
          kind: 'done',
          value: { number: 12, url: 'https://github.com/octo/models/issues/12', created: true },
        };
      },
    },
  };
  runtime = await memoryRuntime({ action: 'rollback', github, context: { runUrl: RUN } });
  runtime.secret(SECRET);
});

afterAll(async () => {
  await runtime.dispose();
  await service.close();
});

const evidenceOf = (text: string, content = text) => ({
  location: text,
  kind: 'gate' as const,
  digest: sha256(text),
  document: JSON.parse(gateFor('x')),
  text: content,
  file: { name: text, path: text, location: text },
});

/** An incident in which every text that comes from outside is this one. */
async function incidentOf(
  text: string,
  content?: string,
): Promise<{ readonly body: string; readonly update: string }> {
  const inputs = readInputs((name) => ({ 'model-name': 'churn', reason: text.trim() || 'x' })[name]);
  const open = await openLedger(runtime, {
    action: 'rollback',
    operation: 'rollback',
    model: 'churn',
    branch: 'mlops-registry',
  });
  const file = openCase(runtime, inputs, open);
  file.ledger = poisonedLedger(text);
  file.ledgerState = 'unwritable';
  for (let line = 0; line < 3; line++) say(file, text);
  await reportIncident(file, {
    happened: 'drifted',
    from: '1.0.0',
    to: null,
    what: '`churn` was rolled back.',
    evidence: [evidenceOf(text, content), evidenceOf(`${text}, too`, content)],
  });
  return { body: asked.request.body, update: asked.update };
}

test('an incident and its comments show hostile texts and do nothing else', {
  timeout: SLOW_MS,
}, async () => {
  const headings = ['### Timeline', '### What differs', '### Evidence'];
  const harmed = [];
  for (const [index, text] of HOSTILE_TEXTS.entries()) {
    const { body, update } = await incidentOf(text);
    // A comment is a part of what the body has: a few of them will do.
    for (const written of index % 8 === 0 ? [body, update] : [body]) {
      const effects = effectsOf(written, { links: [RUN], headings });
      if (effects.length > 0) harmed.push({ text, effects: effects.slice(0, 5) });
    }
  }
  expect(harmed).toEqual([]);
});

test('an incident that is too long is cut at the edge of a section, and says where the rest is', async () => {
  const { body, update } = await incidentOf('x'.repeat(70_000), '`'.repeat(3_000));
  for (const written of [body, update]) {
    expect(markedBody('mlops-incident churn', written).length).toBeLessThan(65_536);
    expect(
      effectsOf(written, { links: [RUN], headings: ['### Timeline', '### What differs', '### Evidence'] }),
    ).toEqual([]);
  }
  expect(body).toContain('### Timeline');
  expect(body).toMatch(
    /\*\*Shortened:\*\* \d+ lines? (was|were) left out here\. The whole report is in `rollback\.json`/,
  );
});

test('a secret at the place where a document is cut leaves no half of itself', async () => {
  for (let before = 5_990 - SECRET.length; before <= 6_000; before += 3) {
    const { body } = await incidentOf('x', `${'-'.repeat(before)}${SECRET}${'-'.repeat(200)}`);
    for (const word of SECRET.split(' ')) expect(body).not.toContain(word);
  }
});

/** All texts of an alert that a format may read as markup, by what knows markup in it. */
function markup(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(markup);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { readonly type?: unknown; readonly text?: unknown };
  const known = ['plain_text', 'TextRun', 'header', 'section'].includes(String(type));
  return [...(typeof text === 'string' && !known ? [text] : []), ...Object.values(value).flatMap(markup)];
}

test.each(['slack', 'teams', 'json'] as const)(
  'an alert in %s mentions nobody and links to nothing',
  (format: AlertFormat) => {
    for (const text of HOSTILE_TEXTS) {
      const about = { id: 'x', message: text, links: { Run: RUN, [text]: RUN, Evil: text } };
      const alerts = [
        promotionAlert(poisonedPromotion(text), about),
        rollbackAlert(poisonedRollback(text), about),
      ].map((alert) => plainAlert(alert, (value) => value));
      for (const alert of alerts) {
        const body: unknown = JSON.parse(JSON.stringify(alertBodies[format](alert)));
        // Only Slack has texts that know markup: what notifications show, and our own links.
        for (const one of format === 'json' ? [] : markup(body))
          expect(one.replace(/<https?:\/\/[^|<>\s]+\|[^<>]*>/gi, '')).not.toMatch(/[<>]/);
        expect(JSON.stringify(body)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        for (const { url } of alert.links) expect(new URL(url).protocol).toMatch(/^https?:$/);
      }
    }
  },
);

test('the log of a step holds no command but its own', () => {
  for (const text of HOSTILE_TEXTS) {
    const lines: string[] = [];
    const commands = new StepCommands((line) => lines.push(line));
    const log = stepLog(commands, { now: () => 0, iso: () => '', sleep: async () => undefined });
    log.info(text);
    log.progress(text, 1, 2);
    expect(commandsIn(lines.join('\n'))).toEqual([]);
    log.warning(text);
    log.error(text);
    log.notice(text);
    log.debug(text);
    commands.annotate({ level: 'error', message: text, title: text, file: text, line: 1 });
    expect(commandsIn(lines.join('\n')).map(({ name }) => name)).toEqual([
      'warning',
      'error',
      'notice',
      'debug',
      'error',
    ]);
  }
});

test('an output is read back as it was set, and is one output', () => {
  for (const text of HOSTILE_TEXTS) {
    const entries = outputEntry('status', text) + outputEntry('version', text);
    expect(outputsIn(entries)).toEqual([
      ['status', text],
      ['version', text],
    ]);
  }
});

test('a description of a deployment is at most 140 characters, and never half of one', () => {
  for (const text of [
    ...HOSTILE_TEXTS,
    ...Array.from({ length: 4 }, (_, shift) => 'x'.repeat(shift) + '😀'.repeat(200)),
  ]) {
    const short = shortDescription(text);
    expect(short.length).toBeLessThanOrEqual(140);
    if (text.isWellFormed()) expect(short.isWellFormed()).toBe(true);
  }
});
