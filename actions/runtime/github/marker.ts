/** A hidden line that names what a comment or issue of ours is about; `--` would end an HTML comment. */
export const marker = (key: string): string => `<!-- mlops-actions:${key.replace(/--+|[<>\r\n]/g, '-')} -->`;

const LIMIT = 60_000;

/**
 * A body with its marker, within GitHub's 65,536 characters: longer text is cut at the last heading, else at the
 * last line end, before 60,000 characters, open code fences and folds are closed, and the cut is announced.
 */
export function markedBody(key: string, body: string): string {
  return `${marker(key)}\n${cutBody(body, LIMIT)}`;
}

/** The body, or its part before the last section, else line, that fits `limit` characters, with a closing note. */
export function cutBody(body: string, limit: number): string {
  if (body.length <= limit) return body;
  const head = body.slice(0, limit);
  const section = head.lastIndexOf('\n#');
  const line = head.lastIndexOf('\n');
  const cut = section > limit / 2 ? section : line > 0 ? line : limit;
  const kept = head.slice(0, cut).replace(/[\uD800-\uDBFF]$/, '');
  const fences = kept.match(/^ {0,3}```/gm)?.length ?? 0;
  const folds = (kept.match(/<details/g)?.length ?? 0) - (kept.match(/<\/details>/g)?.length ?? 0);
  return `${kept}${fences % 2 === 1 ? '\n```' : ''}${'\n</details>'.repeat(Math.max(0, folds))}\n\n_Cut here: the whole report is in the job summary and in the artifact._`;
}
