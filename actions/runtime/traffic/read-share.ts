import { errorMessage } from '../../lib/errors.ts';
import { parseJsonStrict } from '../../lib/schema/json.ts';
import type { TrafficReading } from './traffic-driver.ts';

type Answer = Readonly<Record<string, unknown>>;

const unreadable = (message: string): TrafficReading => ({ kind: 'unreadable', message });

const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 100;

const notAShare = (value: unknown): TrafficReading =>
  unreadable(`expected a share from 0 to 100, found ${JSON.stringify(value)?.slice(0, 100)}`);

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The share of a version in what a traffic system answers: a plain number, `{"weight": 10}`,
 * `{"version": "1.4.0", "weight": 10}` (of which another version has the rest), or shares by version,
 * `{"weights": {"1.4.0": 10, "1.3.2": 90}}`. An answer that is an object may say with `"shadow": 20` which share of
 * requests the version gets copies of.
 */
export function readShare(text: string, version: string): TrafficReading {
  let value: unknown;
  try {
    value = parseJsonStrict(text.trim(), 'the answer').value;
  } catch (error) {
    return unreadable(errorMessage(error));
  }
  if (!isAnswer(value))
    return isShare(value) ? { kind: 'weight', weight: value, shadow: undefined } : notAShare(value);
  const { shadow } = value;
  if (shadow !== undefined && !isShare(shadow)) return notAShare(shadow);
  const weight = weightIn(value, version);
  return typeof weight === 'number' ? { kind: 'weight', weight, shadow } : weight;
}

function weightIn(answer: Answer, version: string): number | TrafficReading {
  const { weights, weight } = answer;
  if (weights !== undefined) {
    if (!isAnswer(weights)) return unreadable('weights is not an object');
    const own = Object.hasOwn(weights, version) ? weights[version] : 0;
    return isShare(own) ? own : notAShare(own);
  }
  if (weight === undefined) return unreadable('the answer holds neither weight nor weights');
  if (!isShare(weight)) return notAShare(weight);
  return answer['version'] !== undefined && answer['version'] !== version ? 100 - weight : weight;
}
