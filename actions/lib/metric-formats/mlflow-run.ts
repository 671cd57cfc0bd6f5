import { ActionError } from '../errors.ts';
import { measured, numberOfText } from './entry.ts';
import type { FolderFind, FolderFormat, FormatOptions, Measured } from './format.ts';
import type { FolderFile } from './source.ts';

const METRICS = '/metrics/';
const CHOICES = 'min or max of the logged values; the last one without it';

type Choice = 'last' | 'min' | 'max';

function choiceOf(choice: string | undefined): Choice {
  if (choice === undefined) return 'last';
  if (choice === 'min' || choice === 'max') return choice;
  throw new ActionError(
    'invalid-input',
    `format: mlflow-run:${choice}: after the colon, expected ${CHOICES}`,
  );
}

/** Folders with `meta.yaml` and `metrics/`; those of logged models are not runs. */
function find(names: readonly string[]): readonly FolderFind[] {
  const known = new Set(names);
  const byRun = Map.groupBy(
    names.filter((name) => `/${name}`.includes(METRICS)),
    (name) => name.slice(0, Math.max(0, `/${name}`.indexOf(METRICS))),
  );
  return [...byRun].flatMap(([folder, files]) => {
    const meta = folder === '' ? 'meta.yaml' : `${folder.replace(/\/$/, '')}/meta.yaml`;
    const model = /(^|\/)models\/[^/]+\/?$/.test(folder);
    return known.has(meta) && !model ? [{ folder: folder || '.', files: [meta, ...files] }] : [];
  });
}

/** A value that was logged: `"<milliseconds> <value> <step>"`; the step is missing in old runs. */
interface Logged {
  readonly value: number;
  readonly step: number;
  readonly time: number;
  readonly line: number;
}

function loggedValues({ name, text }: FolderFile): readonly Logged[] {
  return text.split('\n').flatMap((written, index) => {
    if (written.trim() === '') return [];
    const [time = '', value = '', step = '0'] = written.trim().split(/\s+/);
    const number = numberOfText(value);
    if (number !== undefined && /^\d+$/.test(time) && /^-?\d+$/.test(step))
      return [{ value: number, step: Number(step), time: Number(time), line: index + 1 }];
    throw new ActionError(
      'invalid-file',
      `${name}:${index + 1}: expected "<timestamp> <value> <step>", found ${JSON.stringify(written.slice(0, 60))}`,
    );
  });
}

function chosenValue(values: readonly Logged[], choice: Choice): Logged | undefined {
  const numbers = values.filter(({ value }) => !Number.isNaN(value));
  if (choice !== 'last' && numbers.length > 0)
    return numbers.reduce((a, b) => ((choice === 'min' ? b.value < a.value : b.value > a.value) ? b : a));
  // MLflow's own "latest": of the greatest step, then time, then value.
  return values.reduce<Logged | undefined>((a, b) => (a === undefined || isLater(b, a) ? b : a), undefined);
}

const isLater = (b: Logged, a: Logged): boolean =>
  b.step !== a.step ? b.step > a.step : b.time !== a.time ? b.time > a.time : !(b.value < a.value);

function read(files: readonly FolderFile[], { choice }: FormatOptions) {
  const chosen = choiceOf(choice);
  const meta = files.find(({ name }) => /(^|\/)meta\.yaml$/.test(name));
  const metrics = files.flatMap((file): readonly Measured[] => {
    if (file === meta) return [];
    const value = chosenValue(loggedValues(file), chosen);
    if (value === undefined) return [];
    const name = file.name.slice(`/${file.name}`.indexOf(METRICS) + METRICS.length - 1);
    return [
      measured(name, value.value, () => `${file.name}:${value.line}`, { params: { step: value.step } }),
    ];
  });
  const end = Number(/^(?:end_time|start_time): *(\d{12,14})$/m.exec(meta?.text ?? '')?.[1]);
  return { metrics, ...(Number.isFinite(end) && { created: new Date(end).toISOString() }) };
}

/** A run of MLflow's file store: `mlruns/<experiment>/<run>/metrics/<name>`. `mlflow/store/tracking/file_store.py`. */
export const mlflowRun: FolderFormat = {
  kind: 'folder',
  name: 'mlflow-run',
  title: 'run folder of MLflow',
  naming: 'names of the files in `metrics/`; the last logged value',
  choices: CHOICES,
  find,
  read,
};
