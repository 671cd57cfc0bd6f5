import { resolve } from 'node:path';

/** The folder of this project, where its actions and their bundles lie. */
export const PROJECT_FOLDER = resolve(import.meta.dirname, '../..');
