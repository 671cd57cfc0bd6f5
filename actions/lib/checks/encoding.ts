import { NONE } from '../stats/threshold.ts';
import { type CheckDefinition, type CommonSpec, planned } from './check.ts';

/** Counts files that could be read but are written in a way that other programs stumble over. */
export const encoding: CheckDefinition<CommonSpec> = {
  name: 'encoding',
  about: 'Files with mixed line ends',
  plan: (spec) => ({
    ...planned('encoding', spec, 'one kind of line end in a file'),
    threshold: NONE,
    unit: 'files',
    start(discoveries) {
      let files = 0;
      let count = 0;
      return {
        closeFile(file) {
          files += 1;
          const suspicious = file.notes.filter(({ level }) => level === 'suspicious');
          if (suspicious.length > 0) count += 1;
          for (const { message } of suspicious)
            discoveries.add(() => ({ file: file.name, expected: 'one kind of line end', hint: message }));
        },
        finish: () => ({ count, of: files }),
      };
    },
  }),
};
