import { convertContract } from '../lib/convert/convert-contract.ts';
import { ActionError } from '../lib/errors.ts';
import { formatQuantity } from '../lib/report/format-number.ts';
import { bulletList, code, codeBlock, details, markdownText, sections } from '../lib/report/markdown.ts';
import { handOver } from '../runtime/hand-over.ts';
import { locateOne } from '../runtime/locations.ts';
import type { Outcome, Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';

const FILE = 'converted.odcs.yaml';

/** Turns another tool's schema or suite into a contract, and says what could not be carried over. */
export async function convert(runtime: Runtime, inputs: Inputs): Promise<Outcome> {
  if (inputs.contract === undefined)
    throw new ActionError('invalid-input', 'contract: mode convert needs the file that is to be converted');
  const file = await locateOne(runtime, inputs.contract);
  const { yaml, format, losses } = convertContract(
    await runtime.files.readText(file.path),
    file.name,
    'auto',
  );
  const path = `${inputs.outputDir}/${FILE}`;
  await runtime.files.write(path, yaml);
  for (const loss of losses) runtime.log.warning(loss);
  const lost =
    losses.length === 0
      ? 'nothing was lost'
      : `${formatQuantity(losses.length, 'part')} could not be carried over`;
  const message = `Converted ${file.name} (${format}) into ${path}; ${lost}`;
  if (inputs.summary)
    await runtime.summary(
      sections(
        `### Converted ${code(file.name)}`,
        markdownText(message),
        losses.length > 0 ? bulletList(losses.map(markdownText)) : undefined,
        details('The contract', codeBlock(yaml, 'yaml')),
      ),
    );
  runtime.output('contract-path', path);
  runtime.output('losses', String(losses.length));
  runtime.output('artifact-id', await handOver(runtime, { ...inputs, files: [path] }));
  return { verdict: losses.length === 0 ? 'pass' : 'warn', failOn: inputs.failOn, message };
}
