import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { eventLines, readChain } from '../../actions/lib/registry/chain.ts';
import { parseEvent } from '../../actions/lib/registry/parse-event.ts';
import { playAll, runDemo } from '../../actions/local/demo/demo.ts';
import type { DemoRecord, SceneRecord } from '../../actions/local/demo/demo-record.ts';
import { adaptRollout } from '../../actions/local/demo/example-project.ts';
import { root } from '../../actions/tools/repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlops-demo-'));
let demo: DemoRecord;

/** The bundles are what users run; before the first build the sources stand in for them. */
const fromSource = !existsSync(join(root, 'dist', 'rollback', 'index.js'));

const scene = (number: number): SceneRecord => {
  const found = demo.scenes.find((one) => one.number === number);
  if (!found) throw new Error(`there is no scene ${number}`);
  return found;
};

beforeAll(async () => {
  demo = await playAll(folder, fromSource);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the demo', () => {
  test('meets every expectation of every scene', () => {
    const missed = demo.scenes.flatMap(({ title, expectations }) =>
      expectations.filter(({ met }) => !met).map(({ text, found }) => `${title}: ${text} (found: ${found})`),
    );
    expect(missed).toEqual([]);
    expect(demo.scenes.map(({ expectations }) => expectations.length)).toEqual([4, 5, 6, 11, 10]);
  });

  test('runs the example workflows as they are', () => {
    const files = demo.scenes.flatMap(({ runs }) => runs.map(({ workflow }) => workflow.file));
    const examples = join(root, 'workflows-examples');
    expect(new Set(files)).toEqual(
      new Set(
        ['release.yml', 'approve.yml', 'pull-request.yml', 'model-watch.yml'].map((name) =>
          join(examples, name),
        ),
      ),
    );
  });

  test('lets no job do more than its workflow asks for', () => {
    const [run] = scene(1).runs;
    expect(run?.jobs[0]?.permissions).toEqual({
      contents: 'read',
      actions: 'read',
      'pull-requests': 'write',
      checks: 'write',
    });
  });

  test('explains the refusal on the lines of the data and on the pull request', () => {
    const annotations = scene(2).runs.flatMap(({ jobs }) =>
      jobs.flatMap(({ steps }) => steps.flatMap((step) => step.steps.flatMap((inner) => inner.annotations))),
    );
    const lines = annotations.filter(({ file }) => file === 'data/train.csv').map(({ line }) => line);
    expect(lines).toContain(6); // the first penguin in kilograms
    expect(scene(2).pullRequest?.comments[0]).toMatch(/accuracy/);
  });

  test('asks for retraining with inputs that train.yml declares, or GitHub would refuse', () => {
    const text = readFileSync(join(root, 'workflows-examples', 'train.yml'), 'utf8');
    const declared = Object.keys(parse(text).on.workflow_dispatch.inputs);
    expect(demo.dispatches).toHaveLength(1);
    for (const { inputs } of demo.dispatches)
      expect(declared).toEqual(expect.arrayContaining(Object.keys(inputs)));
  });

  test('leaves a ledger whose chain is whole and tells the story in order', () => {
    const chain = readChain('penguins', [{ path: 'events', text: eventLines(demo.ledger) }], parseEvent);
    expect(chain.broken).toBeUndefined();
    expect(chain.events).toHaveLength(demo.ledger.length);
    const story = demo.ledger
      .filter(({ env }) => env === 'production')
      .map(({ type, version }) => `${type} ${version ?? ''}`);
    for (const [earlier, later] of [
      ['rollout.completed 0.1.0', 'rollout.completed 0.2.0'],
      ['rollout.completed 0.2.0', 'rollback.started'],
      ['rollback.started', 'rollback.completed'],
    ] as const) {
      const places = [earlier, later].map((text) => story.findIndex((event) => event.startsWith(text)));
      expect(places[0], earlier).toBeGreaterThanOrEqual(0);
      expect(places[1], later).toBeGreaterThan(places[0] ?? Number.POSITIVE_INFINITY);
    }
  });

  test('writes a page whose every link leads to a file', () => {
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    const links = [...page.matchAll(/href="([^"#:]+)"/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(20);
    for (const link of links) expect(existsSync(join(folder, link)), link).toBe(true);
    expect(page).not.toMatch(/<script|https?:\/\/(?!127\.0\.0\.1|github\.com)/);
  });
});

test('empties no folder that the demo did not make', async () => {
  expect(await runDemo(['--state', join(root, 'test')])).toBe(2);
  expect(existsSync(join(root, 'test', 'integration', 'demo.test.ts'))).toBe(true);
});

test('refuses a flag it does not know', async () => {
  expect(await runDemo(['--stage', 'x'])).toBe(2);
});

test('shortens the waits of a rollout and nothing else', () => {
  const text = readFileSync(
    join(root, 'workflows-examples', 'penguins', '.mlops', 'rollout.production.yml'),
    'utf8',
  );
  const addresses = { staging: 'http://127.0.0.1:2', production: 'http://127.0.0.1:1' };
  const adapted = adaptRollout(text, addresses);
  expect(adapted).toContain('bake: 2400ms');
  const strip = (yaml: string) =>
    yaml
      .replace(/(bake|interval): \w+/g, '$1: …')
      .replace(/https:\/\/penguins\.example\.org|http:\/\/127\.0\.0\.1:1/g, 'address')
      .replace(/^\s+allow-private-network: true\n/gm, '')
      .replace(/\[ ?(.*?) ?\]/g, '[$1]')
      .replace(/\s+/g, ' ');
  expect(strip(adapted)).toBe(strip(text));
});
