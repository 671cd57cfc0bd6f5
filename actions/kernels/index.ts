export { alloc, release, useQuote } from './bytes';
export { cutCsv, nextRow } from './csv';
export { addRule, addTexts, countFlag, newTextColumn, sealSeeds, seedText, settleEntry } from './text';
export { appendKeys, hashNumbers, joinHashes, sortDoubles, sortKeys } from './keys';
export { addNumbers, newNumberSketch } from './number-sketch';
export { countMisfits, countOutside, parseBooleans, parseDates, parseNumbers } from './numbers';
export { countLines, find, invalidUtf8, mendReturns, survey } from './survey';
export * from './parquet';
export { addJsonKey, cutJsonArray, cutJsonLines, newJsonKeys, releaseJsonKeys } from './json';
