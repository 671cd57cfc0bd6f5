import type { TemplateValues } from './template.ts';

/** The next piece of a query, by where it begins: outside of strings, in a quoted one, in a raw one. */
const PIECES = {
  outside: /\$\{([^}]*)\}|[=!]~|#[^\n]*|[A-Za-z_:][\w:]*|\s+|[\s\S]/y,
  quoted: /\$\{([^}]*)\}|\\[\s\S]|[\s\S]/y,
  raw: /\$\{([^}]*)\}|[\s\S]/y,
} as const;

/** The place of the argument of `label_replace` that is a regular expression. */
const LABEL_REPLACE_REGEX = 4;

/** Where a query is at while it is read. */
class Reader {
  /** The quote that a string began with; empty outside of strings. */
  #quote = '';
  #regex = false;
  /** The last piece that means something. */
  #last = '';
  /** What was opened and not closed: the name before the bracket, and the commas since. */
  readonly #open: { readonly name: string; commas: number }[] = [];

  get pieces(): RegExp {
    if (this.#quote === '') return PIECES.outside;
    return this.#quote === '`' ? PIECES.raw : PIECES.quoted;
  }

  /** The value so that it stands for itself here, whatever it is. */
  encode(value: string): string {
    const literal = this.#quote !== '' && this.#regex ? quoteRe2(value) : value;
    // A raw string knows no escapes, and ends at the next backtick.
    return this.#quote === '`' && !/[`\r]/.test(literal) ? literal : escapeString(literal);
  }

  pass(piece: string): void {
    if (this.#quote !== '') {
      if (piece === this.#quote) this.#quote = '';
      return;
    }
    if (/^[\s#]/.test(piece)) return;
    if (/^["'`]$/.test(piece)) {
      this.#quote = piece;
      this.#regex = this.#expectsRegex();
    }
    if (/^[([{]$/.test(piece)) this.#open.push({ name: this.#last, commas: 0 });
    else if (/^[)\]}]$/.test(piece)) this.#open.pop();
    const inner = this.#open.at(-1);
    if (piece === ',' && inner !== undefined) inner.commas += 1;
    this.#last = piece;
  }

  #expectsRegex(): boolean {
    const inner = this.#open.at(-1);
    return (
      /^[=!]~$/.test(this.#last) ||
      (inner?.name.toLowerCase() === 'label_replace' && inner.commas === LABEL_REPLACE_REGEX)
    );
  }
}

/** What Go's `regexp.QuoteMeta` does: every character that means something to RE2 is taken for itself. */
const quoteRe2 = (value: string): string =>
  value.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&').replaceAll('`', '\\x60');

/** In a string of PromQL, which knows Go's escapes in both kinds of quotes. */
const escapeString = (value: string): string =>
  value.replace(/[\\"'`\p{Cc}]/gu, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * A query of PromQL with its variables filled in, each as a text that stands for itself: in strings of every kind, and in
 * the regular expressions of `=~`, `!~` and `label_replace`, where the dots of `1.2.3` are no wildcards. A variable that
 * is not among the values stays as it is, and so do those in comments.
 */
export function fillPromql(query: string, values: TemplateValues): string {
  const reader = new Reader();
  let filled = '';
  for (let at = 0; at < query.length; ) {
    const { pieces } = reader;
    pieces.lastIndex = at;
    const [piece = '', name] = pieces.exec(query) ?? [];
    at += piece.length;
    const known = name !== undefined && Object.hasOwn(values, name);
    filled += known ? reader.encode(values[name] ?? '') : piece;
    reader.pass(name === undefined ? piece : 'variable');
  }
  return filled;
}
