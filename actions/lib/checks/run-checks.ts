import type { CheckResult, Finding } from '../documents/validation.ts';
import { satisfies, thresholdText } from '../stats/threshold.ts';
import type {
  BatchView,
  Count,
  Discoveries,
  Discovery,
  FileView,
  PlannedCheck,
  RunningCheck,
} from './check.ts';

/** What a run of checks is told besides the checks. */
export interface RunOptions {
  /** Findings kept of each check; all are counted. */
  readonly maxFindings: number;
  /** Columns whose values must not be shown. */
  readonly classified: ReadonlySet<string>;
}

/** What came of all checks. */
export interface ChecksOutcome {
  readonly checks: readonly CheckResult[];
  readonly findings: readonly Finding[];
}

/** Characters of a value that are shown. */
const MAX_VALUE = 100;

/** Feeds the data to planned checks, in one pass, and sums up what they found. */
export class ChecksRun {
  readonly #options: RunOptions;
  readonly #checks: readonly {
    readonly plan: PlannedCheck;
    readonly kept: KeptDiscoveries;
    readonly running: RunningCheck;
  }[];

  constructor(plans: readonly PlannedCheck[], options: RunOptions) {
    this.#options = options;
    this.#checks = plans.map((plan) => {
      const kept = new KeptDiscoveries(options.maxFindings);
      return { plan, kept, running: plan.start(kept) };
    });
  }

  openFile(file: FileView): void {
    for (const { running } of this.#checks) running.openFile?.(file);
  }

  batch(view: BatchView): void {
    for (const { running } of this.#checks) running.batch?.(view);
  }

  closeFile(file: FileView): void {
    for (const { running } of this.#checks) running.closeFile?.(file);
  }

  finish(): ChecksOutcome {
    const checks: CheckResult[] = [];
    const findings: Finding[] = [];
    for (const { plan, kept, running } of this.#checks) {
      const counted = running.finish();
      const measured = measure(plan, counted);
      const status =
        measured === undefined ? 'undefined' : satisfies(plan.threshold, measured) ? 'pass' : 'fail';
      const own = status === 'fail' ? this.#findingsOf(plan, kept, measured ?? 0) : [];
      checks.push({
        check: plan.check,
        title: plan.title,
        ...(plan.field !== undefined && { field: plan.field }),
        severity: plan.severity,
        ...(plan.dimension !== undefined && { dimension: plan.dimension }),
        status,
        measured: measured ?? null,
        unit: plan.unit,
        expected: thresholdText(plan.threshold),
        findings: status === 'fail' ? Math.max(kept.count, own.length) : 0,
      });
      findings.push(...own);
    }
    return { checks, findings };
  }

  #findingsOf(plan: PlannedCheck, kept: KeptDiscoveries, measured: number): readonly Finding[] {
    if (kept.count > 0) return kept.first.map((discovery) => this.#finding(plan, discovery));
    const number = plan.unit === 'percent' ? `${Number(measured.toPrecision(6))} percent` : `${measured}`;
    const expected = `${thresholdText(plan.threshold)} ${plan.unit === 'percent' ? 'percent' : ''}`.trim();
    const subject = plan.field === undefined ? plan.check : `${plan.field}: ${plan.check}`;
    return [
      {
        check: plan.check,
        severity: plan.severity,
        ...(plan.field !== undefined && { field: plan.field }),
        value: number,
        expected,
        message: `${subject}: expected ${expected}, found ${number}`,
      },
    ];
  }

  #finding(plan: PlannedCheck, { file, place, field, value, expected, hint }: Discovery): Finding {
    const secret = field?.split(', ').some((name) => this.#options.classified.has(name)) ?? false;
    const shown = value === undefined ? undefined : secret ? '[redacted]' : shortened(value);
    const found =
      shown === undefined ? '' : `, found ${shown === '' ? 'none' : secret ? shown : JSON.stringify(shown)}`;
    return {
      check: plan.check,
      severity: plan.severity,
      ...(file !== undefined && { file }),
      ...place,
      ...(field !== undefined && { field }),
      ...(shown !== undefined && { value: shown }),
      expected,
      message: `${field ? `${field}: ` : ''}expected ${expected}${found}${hint === undefined ? '' : ` (${hint})`}`,
    };
  }
}

function measure(plan: PlannedCheck, counted: Count | undefined): number | undefined {
  if (counted === undefined) return undefined;
  if (plan.unit !== 'percent') return counted.count;
  return counted.of === 0 ? undefined : (100 * counted.count) / counted.of;
}

const shortened = (value: string): string =>
  value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value;

class KeptDiscoveries implements Discoveries {
  readonly first: Discovery[] = [];
  readonly #max: number;
  count = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(describe: () => Discovery): void {
    this.count += 1;
    if (this.first.length < this.#max) this.first.push(describe());
  }
}
