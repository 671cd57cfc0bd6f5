/** A commit as git keeps it. */
export interface CommitFields {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string; readonly date: string };
}

/** Reads a commit as git keeps it: lines of fields, an empty line, the message. */
export function parseCommit(raw: string): CommitFields {
  const end = raw.indexOf('\n\n');
  const lines = raw.slice(0, end).split('\n');
  const field = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const [, name = '', email = '', seconds = '0'] = /^(.*) <(.*)> (\d+)/.exec(field('author')[0] ?? '') ?? [];
  const date = new Date(Number(seconds) * 1_000).toISOString().replace('.000Z', 'Z');
  return {
    tree: field('tree')[0] ?? '',
    parents: field('parent'),
    message: raw.slice(end + 2),
    author: { name, email, date },
  };
}
