/** Values that must not appear in logs, annotations and summaries. */
export class Masks {
  readonly #values = new Set<string>();

  /** A secret of several lines hides each of its lines as well. */
  add(secret: string): void {
    for (const value of [secret, ...secret.split(/\r?\n/)]) if (value.trim() !== '') this.#values.add(value);
  }

  hide(text: string): string {
    let hidden = text;
    for (const value of [...this.#values].sort((a, b) => b.length - a.length))
      hidden = hidden.replaceAll(value, '***');
    return hidden;
  }

  /** Whether a text holds a secret. */
  covers(text: string): boolean {
    return this.hide(text) !== text;
  }
}
