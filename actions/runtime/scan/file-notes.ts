import type { FilePlan } from '../../lib/scan/file-plan.ts';
import type { FileTally } from '../../lib/scan/part.ts';
import type { ReaderNote } from '../../lib/tabular/table.ts';

/** What was unusual about a file but read all the same. */
export function fileNotes(plan: FilePlan, tally: FileTally): readonly ReaderNote[] {
  const ends = [
    ['\\n', tally.lineFeeds],
    ['\\r\\n', tally.pairs],
    ['\\r', tally.bareReturns],
  ] as const;
  const used = ends.filter(([, count]) => count > 0);
  return [
    ...plan.notes,
    ...tally.notes.map((message) => ({ level: 'suspicious' as const, message })),
    ...(used.length > 1
      ? [
          {
            level: 'suspicious' as const,
            expected: 'one kind of line end',
            message: `mixed line ends: ${used.map(([end, count]) => `${count} ${end}`).join(', ')}`,
          },
        ]
      : []),
  ];
}
