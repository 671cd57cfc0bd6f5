import { ActionError } from '../errors.ts';
import type { ModelShape, TensorInfo } from './model-shape.ts';

/** Which outputs of a model hold what. At least one of the two is there. */
export interface OutputRoles {
  /** Predicted class labels; absent for a regression and for networks that give probabilities only. */
  readonly labels: string | undefined;
  /** Probabilities, or the predicted numbers of a regression. */
  readonly numbers: string | undefined;
}

const isText = ({ type }: TensorInfo): boolean => type === 'string' || type === 'int64' || type === 'int32';
const isNumber = ({ type }: TensorInfo): boolean => type === 'float32' || type === 'float64';

/**
 * Finds the outputs that hold labels and numbers, by type: labels are texts or whole numbers, probabilities
 * and predicted values are floats; a ZipMap's probabilities are the tensor behind it.
 *
 * @throws ActionError invalid-file when no output is of use
 */
export function outputRoles(name: string, shape: ModelShape): OutputRoles {
  const labels = shape.outputs.find(isText)?.name;
  const zipped = shape.outputs
    .map((output) => shape.zipped.get(output.name))
    .find((tensor) => tensor !== undefined);
  const numbers = zipped ?? shape.outputs.find(isNumber)?.name;
  if (labels === undefined && numbers === undefined)
    throw new ActionError(
      'invalid-file',
      `${name}: none of its outputs (${shape.outputs.map((output) => output.name).join(', ')}) holds labels or numbers`,
    );
  return { labels, numbers };
}
