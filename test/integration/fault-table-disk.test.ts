import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { ActionError } from '../../actions/lib/errors.ts';
import { outputFile } from '../../actions/runtime/outputs.ts';
import { appendSummary } from '../../actions/runtime/summary.ts';
import { inScene, type Place, runStep, runWell, type Scene, type StepIn } from '../support/fault-scene.ts';
import { brokenPromises, type Expected } from '../support/kept-promises.ts';
import { prepareRegistry } from '../support/prepared-registry.ts';
import type { EndedStep } from '../support/registry.ts';
import { rolloutFile, TRAINING } from '../support/registry-steps.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

type Disk = 'ENOSPC' | 'EROFS';

/** What is wrong with the disk, and for which file. */
const disk = vi.hoisted(() => ({
  fault: undefined as { readonly code: 'ENOSPC' | 'EROFS'; readonly file: string } | undefined,
}));

// A full disk lets a draft be opened and not be filled; a read-only one does not let it be opened.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const open: typeof real.open = async (path, flags, mode) => {
    const { fault } = disk;
    const isHit = fault !== undefined && String(path).includes(`/${fault.file}.`) && flags === 'wx';
    const broken = Object.assign(new Error(`${fault?.code}: write`), { code: fault?.code });
    if (isHit && fault.code === 'EROFS') throw broken;
    const handle = await real.open(path, flags, mode);
    if (isHit) handle.writeFile = () => Promise.reject(broken);
    return handle;
  };
  return { ...real, open };
});

const ERRORS: Readonly<Record<Disk, { readonly code: string; readonly text: RegExp }>> = {
  ENOSPC: { code: 'limit-exceeded', text: /no space left on the disk/ },
  EROFS: { code: 'invalid-file', text: /the file system is read-only; set output-dir/ },
};

interface Action {
  readonly scene: Scene;
  readonly folder: string;
  readonly files: readonly string[];
  readonly expected: Expected;
  /** What later steps decide by. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly alerts: number;
}

const inputs = { environment: 'production', rollout: 'rollout.yml', wait: 'inline', upload: 'false' };

let actions: Readonly<Record<'promote-model' | 'rollback', Action>>;

beforeAll(async () => {
  const alert = (url: string) => ({ 'notify-url': `${url}/alert`, 'notify-allow-private-network': 'true' });
  actions = {
    'promote-model': {
      scene: {
        name: 'promote',
        registry: await prepareRegistry(['model one']),
        weights: { '0.0.1': 100 },
        step: (world) => ({
          model: 'model two',
          files: { 'rollout.yml': rolloutFile(world, '1m') },
          inputs: { ...inputs, ...alert(world.url), 'notify-on': 'completed' },
        }),
      },
      folder: 'mlops/promote-model',
      files: ['promotion.json', 'report.md', 'model-card.md', 'release-notes.md', 'subject.checksums.txt'],
      expected: { current: '0.0.2', verified: ['0.0.1', '0.0.2'] },
      outputs: { status: 'completed', version: '0.0.2', weight: '100' },
      alerts: 1,
    },
    rollback: {
      scene: {
        name: 'rollback',
        registry: await prepareRegistry(['model one', 'model two'], TRAINING),
        weights: { '0.0.2': 100, '0.0.1': 0 },
        step: (world) => ({
          action: 'rollback',
          run: 50,
          files: { 'rollout.yml': rolloutFile(world, '1m') },
          inputs: { environment: 'production', rollout: 'rollout.yml', upload: 'false', ...alert(world.url) },
        }),
      },
      folder: 'mlops/rollback',
      files: ['rollback.json', 'report.md', 'break-glass.json'],
      expected: { current: '0.0.1', quarantined: ['0.0.2'], incidents: 1 },
      outputs: { 'rolled-back': 'true', 'from-version': '0.0.2', 'to-version': '0.0.1' },
      alerts: 1,
    },
  };
});

/** The step with an older file where it will write one. */
const withOlder =
  ({ scene, folder }: Action, file: string): StepIn =>
  (world) => {
    const step = scene.step(world);
    return { ...step, files: { ...step.files, [`${folder}/${file}`]: 'older' } };
  };

async function endedWith(action: Action, file: string, code: Disk, place: Place): Promise<EndedStep> {
  disk.fault = { code, file };
  try {
    return await runStep(place, withOlder(action, file));
  } finally {
    disk.fault = undefined;
  }
}

/** What a rollback leaves for days on which GitHub is down is a convenience: nothing fails for want of it. */
const FORGOTTEN: ReadonlySet<string> = new Set(['break-glass.json']);

const CELLS = [
  ...['promotion.json', 'report.md', 'model-card.md', 'release-notes.md', 'subject.checksums.txt'].map(
    (file) => ['promote-model', file] as const,
  ),
  ...['rollback.json', 'report.md', 'break-glass.json'].map((file) => ['rollback', file] as const),
].flatMap(([name, file]) => (['ENOSPC', 'EROFS'] as const).map((code) => [name, file, code] as const));

describe('F18: a disk that takes nothing', () => {
  test.each(CELLS)(
    '%s, %s, %s: what was done is told, and the older file stays',
    async (name, file, code) => {
      const action = actions[name];
      await inScene(action.scene, async (place) => {
        const step = await endedWith(action, file, code, place);
        const { error, runtime } = step;
        if (FORGOTTEN.has(file)) expect(error).toBeUndefined();
        else {
          expect(error).toBeInstanceOf(ActionError);
          expect(error).toMatchObject({ code: ERRORS[code].code });
          expect(String(error)).toMatch(ERRORS[code].text);
          expect(String(error)).toContain(file);
          const folder = await runtime.files.resolve(action.folder);
          expect(await readFile(join(folder, file), 'utf8')).toBe('older');
          expect((await readdir(folder)).filter((left) => left.endsWith('.tmp'))).toEqual([]);
        }
        for (const [output, value] of Object.entries(action.outputs))
          expect(step.output(output), output).toBe(value);
        expect(runtime.recorded.summary()).not.toBe('');
        expect(place.world.alerts).toHaveLength(action.alerts);
        await runtime.dispose();
        expect(await brokenPromises(place.world, action.expected)).toEqual([]);
        expect(await runWell(place, [action.scene.step])).toEqual([]);
        expect(await brokenPromises(place.world, action.expected)).toEqual([]);
      });
    },
  );

  // Everything that is written to it finds no space, as Linux has it.
  const FULL = '/dev/full';

  test("the runner's own files: the error says which, and is no bug of ours", async () => {
    const output = outputFile(FULL, () => undefined);
    expect(() => output('verdict', 'pass')).toThrow(/the output "verdict": no space left on the disk/);
    await expect(appendSummary(FULL, 'text')).rejects.toMatchObject({
      code: 'limit-exceeded',
      message: 'the job summary: no space left on the disk',
    });
  });
});
