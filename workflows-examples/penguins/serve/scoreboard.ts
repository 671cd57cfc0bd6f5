import type { Features, Prediction } from './onnx-model.ts';

/** One answered request; the label arrives later, or never. */
export interface Answer {
  readonly id: string;
  readonly row: Readonly<Record<string, string>>;
  readonly features: Features;
  readonly version: string;
  readonly prediction: Prediction;
  label?: string;
}

/** How a version does, as promote-model's analysis reads it. `null` is "nothing known yet", never 0. */
export interface Health {
  readonly version: string;
  readonly requests: number;
  readonly errors: number;
  readonly errorRate: number | null;
  readonly latencyMs: { readonly p50: number | null; readonly p99: number | null };
  readonly labelled: number;
  readonly accuracy: number | null;
}

interface Tally {
  errors: number;
  labelled: number;
  correct: number;
  requests: number;
  readonly latencies: number[];
}

const KEPT = 2000;

/** What was asked, what was answered, and what turned out to be true: counted by version. */
export class Scoreboard {
  readonly #tallies = new Map<string, Tally>();
  readonly #answers = new Map<string, Answer>();

  answered(answer: Answer, latencyMs: number): void {
    const tally = this.#tally(answer.version);
    tally.requests += 1;
    tally.latencies.push(latencyMs);
    if (tally.latencies.length > KEPT) tally.latencies.shift();
    this.#answers.set(answer.id, answer);
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > KEPT && oldest !== undefined) this.#answers.delete(oldest);
  }

  failed(version: string): void {
    const tally = this.#tally(version);
    tally.requests += 1;
    tally.errors += 1;
  }

  /** The truth about an earlier request; false when it is unknown or was told before. */
  labelled(id: string, label: string): boolean {
    const answer = this.#answers.get(id);
    if (!answer || answer.label !== undefined) return false;
    answer.label = label;
    const tally = this.#tally(answer.version);
    tally.labelled += 1;
    if (answer.prediction.label === label) tally.correct += 1;
    return true;
  }

  /** The latest labelled answers of a version, oldest first. */
  window(version: string, limit: number): readonly Required<Answer>[] {
    return [...this.#answers.values()]
      .filter(
        (answer): answer is Required<Answer> => answer.version === version && answer.label !== undefined,
      )
      .slice(-limit);
  }

  health(version: string): Health {
    const { requests, errors, labelled, correct, latencies } = this.#tallies.get(version) ?? emptyTally();
    const sorted = latencies.toSorted((a, b) => a - b);
    const quantile = (p: number) => sorted[Math.ceil(p * sorted.length) - 1] ?? null;
    return {
      version,
      requests,
      errors,
      errorRate: requests === 0 ? null : errors / requests,
      latencyMs: { p50: quantile(0.5), p99: quantile(0.99) },
      labelled,
      accuracy: labelled === 0 ? null : correct / labelled,
    };
  }

  versions(): readonly string[] {
    return [...this.#tallies.keys()];
  }

  #tally(version: string): Tally {
    const tally = this.#tallies.get(version) ?? emptyTally();
    this.#tallies.set(version, tally);
    return tally;
  }
}

const emptyTally = (): Tally => ({ errors: 0, labelled: 0, correct: 0, requests: 0, latencies: [] });
