import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sha256 } from '../../../actions/lib/digest.ts';
import type { MetricsDocument } from '../../../actions/lib/documents/metrics.ts';
import { readDocument, writeDocument } from '../../../actions/lib/schema/documents.ts';
import { loadCompiler } from '../../../actions/lib/schema/schema-compiler.ts';
import { envelope, loadDocument, saveDocument } from '../../../actions/runtime/documents.ts';
import { locateOne } from '../../../actions/runtime/locations.ts';
import { type MemoryRuntime, memoryRuntime } from '../../support/memory-runtime.ts';

let runtime: MemoryRuntime;
beforeEach(async () => {
  runtime = await memoryRuntime({ action: 'evaluate-model' });
});
afterEach(() => runtime.dispose());

const metricsDocument = (): MetricsDocument => ({
  ...envelope(runtime, 'metrics', [{ role: 'data', name: 'test.csv', digest: sha256('data') }], 'pass'),
  dataset: { path: 'test.csv', digest: sha256('rows'), rows: 2, invalidRows: 0 },
  task: 'binary',
  settings: { confidence: 0.95, resamples: 2000, seed: 1 },
  metrics: [{ name: 'f1', value: 0.9, direction: 'higher', kind: 'confusion', n: 2 }],
  excludedGroups: [],
  files: {},
});

describe('documents', () => {
  beforeAll(async () => {
    await loadCompiler();
  });

  test('what is saved is what is loaded, with the digest of its bytes', async () => {
    const document = metricsDocument();
    const digest = await saveDocument(runtime, 'out/metrics.json', document);
    const loaded = await loadDocument<MetricsDocument>(
      runtime,
      'metrics',
      await locateOne(runtime, 'out/metrics.json'),
    );
    expect(loaded.document).toEqual(document);
    expect(loaded.digest).toBe(digest);
    expect(digest).toBe(sha256(await runtime.files.read('out/metrics.json')));
  });

  test('the head says when, by whom and about what', () => {
    expect(envelope(runtime, 'gate', [], 'warn')).toEqual({
      schema: 'mlops-actions/gate/v1',
      created: '2026-01-15T12:00:00.000Z',
      source: {
        repository: '',
        commit: '',
        ref: '',
        workflow: '',
        run: 0,
        attempt: 0,
        action: 'evaluate-model@0.1.0',
      },
      subjects: [],
      verdict: 'warn',
    });
  });

  test('secrets do not get into documents', async () => {
    runtime.secret('s3cr3t-value');
    const document = { ...metricsDocument(), task: 'binary' as const };
    await saveDocument(runtime, 'm.json', {
      ...document,
      dataset: { ...document.dataset, path: 's3cr3t-value.csv' },
    } as MetricsDocument);
    const text = await runtime.files.readText('m.json');
    expect(text).not.toContain('s3cr3t-value');
    expect(text).toContain('"path": "***.csv"');
  });

  test('the compiler is only asked for when something is wrong', async () => {
    vi.resetModules();
    const { withCompiler } = await import('../../../actions/lib/schema/schema-compiler.ts');
    const fresh = await import('../../../actions/lib/schema/documents.ts');
    expect(fresh.writeDocument(metricsDocument())).toContain('"f1"');
    const bad = { ...metricsDocument(), verdict: 'good' as 'pass' };
    expect(() => fresh.writeDocument(bad)).toThrow('not loaded');
    await expect(withCompiler(() => fresh.writeDocument(bad))).rejects.toThrow('verdict: expected one of');
  });

  test('a document that breaks its schema is not written', () => {
    expect(() => writeDocument({ ...metricsDocument(), verdict: 'good' as 'pass' })).toThrow(
      /a metrics document breaks its own schema:\nverdict: expected one of/,
    );
  });

  test('a number that is not finite is not written as null', () => {
    const document = metricsDocument();
    const [metric] = document.metrics;
    expect(() =>
      writeDocument({ ...document, metrics: [{ ...metric, value: Number.NaN }] } as MetricsDocument),
    ).toThrow(RangeError);
  });

  const text = (change: (document: Record<string, unknown>) => void): string => {
    const document: Record<string, unknown> = structuredClone({ ...metricsDocument() });
    change(document);
    return JSON.stringify(document, null, 1);
  };

  test.each([
    [
      'another kind',
      (d: Record<string, unknown>) => (d['schema'] = 'mlops-actions/gate/v1'),
      'm.json: expected a metrics document (schema "mlops-actions/metrics/v1"), found "mlops-actions/gate/v1"',
    ],
    [
      'a newer version',
      (d: Record<string, unknown>) => (d['schema'] = 'mlops-actions/metrics/v2'),
      'found version 2: written by a newer version of the actions',
    ],
    ['no schema', (d: Record<string, unknown>) => delete d['schema'], 'found JSON without the key "schema"'],
    [
      'a bad digest',
      (d: Record<string, unknown>) => (d['subjects'] = [{ role: 'data', name: 'x', digest: 'md5:x' }]),
      /m\.json:\d+:\d+: subjects\[0\]\.digest: expected a text that matches/,
    ],
    [
      'an unknown role',
      (d: Record<string, unknown>) => (d['subjects'] = [{ role: 'dta', name: 'x', digest: sha256('') }]),
      'did you mean "data"?',
    ],
  ])('%s is refused', (_name, change, message) => {
    expect(() => readDocument('metrics', text(change), 'm.json')).toThrow(message);
  });

  test('a document cut in half is refused with its place', () => {
    const whole = text(() => undefined);
    expect(() => readDocument('metrics', whole.slice(0, whole.length / 2), 'm.json')).toThrow(
      /^m\.json:\d+:\d+: not valid JSON/,
    );
  });
});
