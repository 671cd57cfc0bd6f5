import { cachedContent, type ModelContent } from './content.ts';
import { type ModelScan, verdictOf } from './model-scan.ts';
import { scanContent } from './scan-content.ts';
import { ScanBudget, type ScanOptions, ScanReport } from './scan-context.ts';

/**
 * Recognises a model file by its content and looks for what would run when it is loaded. Nothing is deserialized:
 * pickles are followed opcode by opcode, archives entry by entry, graphs operator by operator, with memory that does
 * not grow with the file.
 *
 * `safe` says that no unsafe construct was found by these means; it is no promise about the program that loads the
 * file. Whatever could not be read or is not known makes the scan `inconclusive`.
 */
export async function scanModelFile(source: ModelContent, options: ScanOptions = {}): Promise<ModelScan> {
  const budget = new ScanBudget(options.limits);
  const report = new ScanReport(budget.limits.problems);
  const format = await scanContent(cachedContent(source), {
    options,
    report,
    budget,
    depth: 0,
    path: '',
    nested: async () => 'unknown',
  });
  const { problems, details } = report;
  return { name: source.name, format, verdict: verdictOf(problems), problems, details };
}
