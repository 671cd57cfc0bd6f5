/** An answer of GitHub's that lacks what the description promises. Treated like a lost reply, never as success. */
export class ShapeError extends Error {}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A JSON object of an answer, read field by field so that every field that is used has been checked. */
export class Answer {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #where: string;

  private constructor(fields: Readonly<Record<string, unknown>>, where: string) {
    this.#fields = fields;
    this.#where = where;
  }

  /** @throws ShapeError when the value is not an object */
  static of(value: unknown, where: string): Answer {
    if (!isRecord(value)) throw new ShapeError(`${where}: expected an object, found ${kindOf(value)}`);
    return new Answer(value, where);
  }

  /** The objects of an array. @throws ShapeError */
  static list(value: unknown, where: string): readonly Answer[] {
    if (!Array.isArray(value)) throw new ShapeError(`${where}: expected a list, found ${kindOf(value)}`);
    return value.map((item: unknown, index) => Answer.of(item, `${where}[${index}]`));
  }

  text(key: string): string {
    const value = this.#fields[key];
    return typeof value === 'string' ? value : this.#refuse(key, 'a text');
  }

  /** A text, or `undefined` when the field is absent or null. */
  optionalText(key: string): string | undefined {
    return this.has(key) ? this.text(key) : undefined;
  }

  /** A whole number that JavaScript holds exactly. */
  integer(key: string): number {
    const value = this.#fields[key];
    return typeof value === 'number' && Number.isSafeInteger(value)
      ? value
      : this.#refuse(key, 'a whole number');
  }

  optionalInteger(key: string): number | undefined {
    return this.has(key) ? this.integer(key) : undefined;
  }

  /** A time as GitHub writes it, `2026-01-31T12:00:00Z`, in milliseconds since 1970. */
  time(key: string): number {
    const time = Date.parse(this.text(key));
    return Number.isFinite(time) ? time : this.#refuse(key, 'a time');
  }

  boolean(key: string): boolean {
    const value = this.#fields[key];
    return typeof value === 'boolean' ? value : this.#refuse(key, 'true or false');
  }

  object(key: string): Answer {
    return Answer.of(this.#fields[key], `${this.#where}.${key}`);
  }

  /** A free-form object as it came; empty where the field is anything else. */
  record(key: string): Readonly<Record<string, unknown>> {
    const value = this.#fields[key];
    return isRecord(value) ? value : {};
  }

  list(key: string): readonly Answer[] {
    return Answer.list(this.#fields[key], `${this.#where}.${key}`);
  }

  /** Whether the field is there and not null. */
  has(key: string): boolean {
    return this.#fields[key] !== undefined && this.#fields[key] !== null;
  }

  #refuse(key: string, expected: string): never {
    throw new ShapeError(`${this.#where}.${key}: expected ${expected}, found ${kindOf(this.#fields[key])}`);
  }
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
