import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assetName } from '../../../../actions/runtime/stores/asset-names.ts';

test('plain names stay, others are readable and end in their extension', () => {
  expect(assetName('model.onnx')).toBe('model.onnx');
  expect(assetName('model_v1-2.tar.gz')).toBe('model_v1-2.tar.gz');
  expect(assetName('weights/part 1.bin')).toMatch(/^weights-part-1-[0-9a-f]{12}\.bin$/);
  expect(assetName('.hidden')).toMatch(/^file-[0-9a-f]{12}\.hidden$/);
  expect(assetName('Modèle.onnx')).toMatch(/^Mod-le-[0-9a-f]{12}\.onnx$/);
});

test('the name of our own list is never a model file', () => {
  expect(assetName('manifest.json')).toMatch(/^manifest-[0-9a-f]{12}\.json$/);
  expect(assetName('Manifest.JSON')).not.toBe('Manifest.JSON');
});

test('any path gives a name that GitHub keeps, and another path another one', () => {
  const path = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[a-z./ -]{1,20}$/));
  fc.assert(
    fc.property(path, path, (a, b) => {
      expect(assetName(a)).toMatch(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/);
      expect(assetName(a).length).toBeLessThan(160);
      if (a !== b) expect(assetName(a)).not.toBe(assetName(b));
    }),
  );
});
