import { errorMessage } from '../../lib/errors.ts';
import { parseJsonStrict } from '../../lib/schema/json.ts';
import type { TrafficReading } from './traffic-driver.ts';

const unreadable = (message: string): TrafficReading => ({ kind: 'unreadable', message });

const share = (value: unknown): TrafficReading =>
  typeof value === 'number' && value >= 0 && value <= 100
    ? { kind: 'weight', weight: value }
    : unreadable(`expected a share from 0 to 100, found ${JSON.stringify(value)?.slice(0, 100)}`);

/**
 * The share of a version in what a traffic system answers: a plain number, `{"weight": 10}`,
 * `{"version": "1.4.0", "weight": 10}` (of which another version has the rest), or shares by version,
 * `{"weights": {"1.4.0": 10, "1.3.2": 90}}`.
 */
export function readShare(text: string, version: string): TrafficReading {
  let value: unknown;
  try {
    value = parseJsonStrict(text.trim(), 'the answer').value;
  } catch (error) {
    return unreadable(errorMessage(error));
  }
  if (typeof value !== 'object' || value === null) return share(value);
  if ('weights' in value) {
    const { weights } = value;
    if (typeof weights !== 'object' || weights === null) return unreadable('weights is not an object');
    return share(
      Object.hasOwn(weights, version) ? Object.getOwnPropertyDescriptor(weights, version)?.value : 0,
    );
  }
  if (!('weight' in value)) return unreadable('the answer holds neither weight nor weights');
  const own = share(value.weight);
  const other = 'version' in value && value.version !== version;
  return other && own.kind === 'weight' ? share(100 - own.weight) : own;
}
