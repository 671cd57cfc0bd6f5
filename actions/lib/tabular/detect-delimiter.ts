import { CsvScanner } from './csv-scanner.ts';

/** The delimiters that are tried, the usual ones first. */
const CANDIDATES = [',', ';', '\t', '|'] as const;
const SAMPLE_RECORDS = 50;

/**
 * The delimiter under which a sample's records have the same number of cells as its header most often, and among
 * equals the most cells; a comma for a single column.
 *
 * @param sample - the beginning of the file; a record cut off at its end is left out
 * @param relaxed - quotes out of place are text
 */
export function detectDelimiter(sample: string, final: boolean, relaxed = false): string {
  let best = { delimiter: ',', agreement: 0, cells: 1 };
  for (const delimiter of CANDIDATES) {
    const score = scoreOf(sample, final, delimiter, relaxed);
    if (score.cells < 2) continue;
    if (score.agreement > best.agreement || (score.agreement === best.agreement && score.cells > best.cells))
      best = { delimiter, ...score };
  }
  return best.delimiter;
}

function scoreOf(sample: string, final: boolean, delimiter: string, relaxed: boolean) {
  const scanner = new CsvScanner('sample', delimiter, 1, '"', relaxed);
  scanner.feed(sample, final);
  try {
    const cells = scanner.next();
    let records = 1;
    let equal = 1;
    for (; records < SAMPLE_RECORDS; records += 1) {
      const count = scanner.next();
      if (count < 0) break;
      if (count === cells) equal += 1;
    }
    return { cells, agreement: equal / records };
  } catch {
    return { cells: 0, agreement: 0 }; // quotes do not stand at this delimiter's cell edges
  }
}
