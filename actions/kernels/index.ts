export { alloc, release, useQuote } from './bytes';
export { cutCsv, nextRow } from './csv';
export { cutRelaxed } from './csv-relaxed';
export { addRule, addTexts, countFlag, newTextColumn, sealSeeds, seedText, settleEntry } from './text';
export { appendKeys, hashNumbers, joinHashes, sortDoubles, sortKeys } from './keys';
export { addNumbers, newNumberSketch, readNumberSketch } from './number-sketch';
export { countMisfits, countOutside, parseBooleans, parseDates, parseNumbers } from './numbers';
export { countLines, find, invalidUtf8, mendReturns, survey } from './survey';
export { lz4, snappy, snappyLength } from './codecs';
export { deltas, joinStreams } from './parquet-encodings';
export {
  bigEndians,
  bytesToNumbers,
  doubles,
  floats,
  halves,
  int32s,
  int64s,
  int96s,
  spreadBooleans,
  ticks,
  uint32s,
  uint64s,
} from './parquet-numbers';
export { gatherNumbers, gatherWords, scatter32, scatterNumbers, scatterWords } from './parquet-rows';
export { codeRuns, countOnes, levelRuns, packedLevels, presence } from './parquet-runs';
export {
  firstNotUtf8,
  fixedTexts,
  frontCoded,
  frontCodedSize,
  hexTexts,
  lengthTexts,
  plainTexts,
  textBytes,
  uuidTexts,
} from './parquet-texts';
export { addJsonKey, cutJsonArray, cutJsonLines, newJsonKeys, releaseJsonKeys } from './json';
