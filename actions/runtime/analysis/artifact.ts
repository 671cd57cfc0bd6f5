import { durationText } from '../../lib/duration.ts';
import { type ActionErrorCode, isSurvivable } from '../../lib/errors.ts';
import type { Measurement } from '../../lib/rollout/measurement.ts';
import type { Verdict } from '../../lib/verdict.ts';
import { type LoadedEvidence, loadEvidence } from '../evidence.ts';
import type { Measure } from './provider.ts';
import { readValue } from './read-value.ts';

type Said = Extract<Measurement, { kind: 'said' }>['says'];

/** What a document's verdict says about the candidate: one that blocks nothing is a pass. */
const SAYS: Readonly<Record<Verdict, Said>> = {
  pass: 'pass',
  waived: 'pass',
  warn: 'pass',
  inconclusive: 'inconclusive',
  fail: 'fail',
};

/** What a failure to read means; any other cause is a wrong question. */
const MEANING: Partial<Record<ActionErrorCode, 'no-data' | 'error'>> = {
  'not-found': 'no-data',
  'github-unavailable': 'error',
};

/**
 * Reads a validation, metrics or gate document: its verdict, or a number in it. Only one that is about exactly this
 * model, and not too old, counts; of several the newest.
 */
export const measureArtifact: Measure<'artifact'> = async (runtime, source, { digest }) => {
  let found: readonly LoadedEvidence[];
  try {
    found = await loadEvidence(runtime, [source.location]);
  } catch (error) {
    if (!isSurvivable(error)) throw error;
    return { kind: MEANING[error.code] ?? 'misconfigured', message: error.message };
  }
  const about = found.filter(({ document }) =>
    document.subjects.some((subject) => subject.role === 'model' && subject.digest === digest),
  );
  const [newest] = [...about].sort((a, b) => Date.parse(b.document.created) - Date.parse(a.document.created));
  if (newest === undefined)
    return { kind: 'no-data', message: `${source.location}: no document about the model ${digest}` };
  const age = runtime.clock.now() - Date.parse(newest.document.created);
  if (age > source.maxAgeMs)
    return {
      kind: 'no-data',
      message: `${newest.location}: made ${durationText(age)} ago, ${durationText(source.maxAgeMs)} are allowed`,
    };
  if (source.pointer !== undefined) return readValue(newest.document, source.pointer, undefined);
  const { verdict } = newest.document;
  return { kind: 'said', says: SAYS[verdict], message: `${newest.location}: ${verdict}` };
};
