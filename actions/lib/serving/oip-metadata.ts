import { member } from './foreign-value.ts';
import type { ModelMetadata, TensorMetadata } from './protocol.ts';

/**
 * A model's description by the Open Inference Protocol, or `undefined` for what is none. Servers that do not know
 * the inputs leave them out or empty.
 */
export function readMetadata(body: unknown): ModelMetadata | undefined {
  const name = member(body, 'name');
  const inputs = tensors(member(body, 'inputs'));
  const outputs = tensors(member(body, 'outputs'));
  // A name alone is what many other documents have as well.
  const described = member(body, 'platform') !== undefined || member(body, 'versions') !== undefined;
  const known = inputs !== undefined && (inputs.length > 0 || described);
  if (typeof name !== 'string' || !(known || described)) return undefined;
  return { name, inputs: inputs ?? [], outputs: outputs ?? [] };
}

function tensors(list: unknown): readonly TensorMetadata[] | undefined {
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((entry: unknown) => {
    const name = member(entry, 'name');
    const datatype = member(entry, 'datatype');
    const shape = member(entry, 'shape');
    if (typeof name !== 'string' || typeof datatype !== 'string') return [];
    return { name, datatype, shape: Array.isArray(shape) ? shape.map(Number) : [-1, -1] };
  });
}
