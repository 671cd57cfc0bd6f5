import { ActionError } from '../../lib/errors.ts';
import type { DataTable } from '../../lib/tabular/data-table.ts';
import { locateOne } from '../../runtime/locations.ts';
import { scoreByCommand as run } from '../../runtime/model-server/score-by-command.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { collectColumns } from '../../runtime/scan/collect-columns.ts';
import { columnsWith } from '../columns.ts';
import type { Inputs } from '../inputs.ts';
import { joinLabels } from '../join-labels.ts';
import { scoresOf } from '../predictions.ts';
import type { CommandSource } from '../read-source.ts';
import { type Model, readModel, suspects, suspicion } from './model-files.ts';
import { readData, textColumns, wantedOf } from './read-data.ts';
import type { Scored } from './scored.ts';

/**
 * Has a program write predictions. It may write labels with them; otherwise they are those of the data, row for row
 * or by id.
 */
export async function scoreByCommand(
  runtime: Runtime,
  inputs: Inputs,
  source: CommandSource,
): Promise<Scored> {
  const model = source.model === undefined ? undefined : await readModel(runtime, source.model, inputs);
  refuseSuspects(model, inputs);
  const data = await locateOne(runtime, source.data);
  const done = await run(runtime, {
    command: source.command,
    shell: source.shell === 'none' ? undefined : source.shell,
    timeoutMs: source.timeoutMs,
    dataPath: data.path,
    modelPath: model?.files.length === 1 ? model.files[0]?.path : source.model,
  });
  const name = done.path.slice(done.path.lastIndexOf('/') + 1);
  const written = await collectColumns(runtime, {
    name: `${name} of the command`,
    files: [{ name, path: done.path, location: done.path }],
    wanted: wantedOf(inputs),
    texts: textColumns(inputs),
  });
  // Said here, where file and line are those of what the command wrote and not of the data.
  scoresOf({ table: written }, hasScores(written, inputs) ? inputs.columns.score : undefined);
  const wanted =
    inputs.baseline?.kind === 'model' ? (columns: readonly string[]) => columns : wantedOf(inputs);
  const own = await readData(runtime, source.data, wanted, textColumns(inputs));
  return {
    predictions: { table: joinLabels(own, written, inputs) },
    model: model?.identity,
    modelFiles: model?.scans,
    cost: { sizeBytes: model?.identity.sizeBytes, elapsedMs: done.elapsedMs },
    notes: done.stderrTail === '' ? [] : [`the command said: ${done.stderrTail.split('\n').at(-1) ?? ''}`],
  };
}

const hasScores = ({ columns: found }: DataTable, { columns: { score } }: Inputs): boolean =>
  score !== undefined && (found.includes(score) || columnsWith({ columns: found }, score).length > 1);

/** A program loads the model: what would run then must not be found out by running it. @throws ActionError invalid-file */
function refuseSuspects(model: Model | undefined, { modelScan }: Inputs): void {
  const [first] = modelScan === 'fail' ? suspects(model?.scans ?? []) : [];
  if (first)
    throw new ActionError(
      'invalid-file',
      `model: ${suspicion(first)}; the command was not run (model-scan: warn runs it all the same)`,
    );
}
