import { afterEach, expect, test } from 'vitest';
import {
  basicAuthorization,
  credentialsFor,
  REGISTRY_CREDENTIALS,
} from '../../../../actions/runtime/stores/registry-credentials.ts';
import { memoryRuntime } from '../../../support/memory-runtime.ts';

afterEach(() => {
  delete process.env['REGISTRY_USER'];
  delete process.env['REGISTRY_PASSWORD'];
});

test("the job's token is for ghcr.io, and goes nowhere else", async () => {
  await using runtime = await memoryRuntime({
    inputs: { 'github-token': 'ghs_1' },
    context: { actor: 'alice' },
  });
  expect(credentialsFor(runtime, 'ghcr.io', REGISTRY_CREDENTIALS)).toEqual({
    user: 'alice',
    password: 'ghs_1',
  });
  for (const host of ['registry.acme.dev', 'ghcr.io.evil.example', 'ghcr.io:8443', 'GHCR.IO'])
    expect(credentialsFor(runtime, host, REGISTRY_CREDENTIALS)).toBeUndefined();
});

test("the step's own credentials come first, for any host, and are masked", async () => {
  process.env['REGISTRY_USER'] = 'ci';
  process.env['REGISTRY_PASSWORD'] = 'the word';
  await using runtime = await memoryRuntime({ inputs: { 'github-token': 'ghs_1' } });
  for (const host of ['ghcr.io', 'registry.acme.dev'])
    expect(credentialsFor(runtime, host, REGISTRY_CREDENTIALS)).toEqual({ user: 'ci', password: 'the word' });
  expect(runtime.recorded.masked).toContain('the word');
  expect(basicAuthorization({ user: 'ci', password: 'wörd' })).toBe('Basic Y2k6d8O2cmQ=');
});

test('without any there are none', async () => {
  await using runtime = await memoryRuntime();
  expect(credentialsFor(runtime, 'ghcr.io', REGISTRY_CREDENTIALS)).toBeUndefined();
});
