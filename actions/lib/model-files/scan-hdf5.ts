import { judgeHdf5Links } from './hdf5-links.ts';
import { occursIn } from './json-texts.ts';
import type { Scanner } from './scan-context.ts';
import { judgeEmbeddedConfigs } from './scan-json-models.ts';

/** Attribute that holds the description of a Keras model; its name cannot be written otherwise. */
const MODEL_CONFIG = 'model_config';

/**
 * HDF5, as Keras writes it. Attributes are neither compressed nor split, so that the description of the model is
 * found without following the structure of the file.
 */
export const scanHdf5: Scanner = async (content, context) => {
  const classes = await judgeEmbeddedConfigs(content, context);
  await judgeHdf5Links(content, context);
  if (classes > 0) return 'keras-h5';
  if (await occursIn(content, MODEL_CONFIG))
    context.report.problem(
      'malformed',
      context.path,
      'has a description of a model that was not found between its bytes; save the model in the .keras format',
    );
  return 'hdf5';
};
