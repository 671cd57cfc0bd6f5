import type { ValuePath } from '../schema/parsed-text.ts';
import type { Note } from './read-block.ts';
import type { Comparison, MetricSource } from './rollout.ts';

const DEFAULT_CONFIDENCE = 0.95;

/** `compare:` of a metric, as the schema describes it. */
export interface CompareBlock {
  readonly test?: Comparison['test'];
  readonly confidence?: number;
  readonly 'max-increase'?: number;
  readonly 'max-ratio'?: number;
}

/** Where a source says how many samples its value rests on; `undefined` where it cannot. */
export const SAMPLES_KEY: Readonly<Record<MetricSource['type'], string | undefined>> = {
  prometheus: 'total-query or sample-query',
  'http-json': 'samples',
  command: 'samples',
  artifact: undefined,
};

/** Whether a source says how many samples its value rests on. */
export const countsSamples = (source: MetricSource): boolean =>
  source.type === 'prometheus'
    ? (source.totalQuery ?? source.samplesQuery) !== undefined
    : source.type !== 'artifact' && source.samplesPointer !== undefined;

/** Which test a parameter is for. */
const PARAMETERS = [
  ['confidence', 'two-proportion'],
  ['max-increase', 'two-proportion'],
  ['max-ratio', 'ratio'],
] as const;

/** Reads `compare:`; `undefined` when something was noted that leaves no comparison. */
export function readCompare(
  block: CompareBlock,
  source: MetricSource,
  path: ValuePath,
  note: Note,
): Comparison | undefined {
  if (source.type === 'artifact') {
    note(
      path,
      'a document is about one model; compare with production in gate-metrics, and read its verdict here',
    );
    return undefined;
  }
  noteSameQuestion(source, path, note);
  const { 'max-ratio': maxRatio, test = maxRatio === undefined ? undefined : 'ratio' } = block;
  for (const [key, of] of PARAMETERS)
    if (block[key] !== undefined && test !== undefined && of !== test)
      note([...path, key], `this goes with test: ${of}, and the test is ${test}`);
  if (test === 'two-proportion') return readRates(block, source, path, note);
  if (maxRatio !== undefined) return { test: 'ratio', maxRatio };
  note(
    path,
    test === 'ratio'
      ? 'test: ratio needs max-ratio'
      : 'expected max-ratio, or test: two-proportion with max-increase',
  );
  return undefined;
}

function readRates(block: CompareBlock, source: MetricSource, path: ValuePath, note: Note): Comparison {
  const key = source.type === 'prometheus' ? 'total-query' : 'samples';
  if (source.type === 'prometheus' ? source.totalQuery === undefined : !countsSamples(source))
    note(path, `test: two-proportion needs counts: give ${key}`);
  return {
    test: 'two-proportion',
    confidence: block.confidence ?? DEFAULT_CONFIDENCE,
    maxIncrease: block['max-increase'] ?? 0,
  };
}

/** The variables that stand for the version that is asked about. */
const ASKED = /\$\{(version|digest|canary\.(version|revision|digest))\}/;

/** A question that does not name the version has one answer for both. */
function noteSameQuestion(
  source: Exclude<MetricSource, { type: 'artifact' }>,
  path: ValuePath,
  note: Note,
): void {
  const [where, ...questions] = questionsOf(source);
  if (!questions.every((text) => ASKED.test(text)))
    note(
      path,
      `the same question would be asked about both versions: name the version in ${where}, for example by \${canary.version}`,
    );
}

/** What a source is asked, after the keys in which that stands. */
function questionsOf(source: Exclude<MetricSource, { type: 'artifact' }>): readonly [string, ...string[]] {
  switch (source.type) {
    case 'prometheus':
      return source.totalQuery === undefined
        ? ['query', source.query]
        : ['query and total-query', source.query, source.totalQuery];
    case 'http-json':
      return [
        source.body === undefined ? 'url' : 'url or body',
        [source.url, ...Object.values(source.headers), source.body ?? ''].join('\n'),
      ];
    case 'command':
      return ['command', source.argv.join('\n')];
    default:
      return source satisfies never;
  }
}
