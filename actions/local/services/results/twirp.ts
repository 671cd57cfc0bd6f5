import type { Scope } from './runtime-token.ts';

/** An error in Twirp's form: the clients show `msg` and retry only 5xx and 429. */
export class TwirpError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Reads the fields of a request in protobuf's JSON form: snake_case names, 64-bit integers as texts. */
export class TwirpRequest {
  readonly scope: Scope;
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(scope: Scope, fields: Readonly<Record<string, unknown>>) {
    this.scope = scope;
    this.#fields = fields;
  }

  /** Text, or a 64-bit integer as text. @throws TwirpError for a field of another type */
  optional(name: string): string | undefined {
    const value = this.#fields[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value;
    throw new TwirpError(400, 'malformed', `${name}: expected text, found ${JSON.stringify(value)}`);
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw new TwirpError(400, 'invalid_argument', `${name} is required`);
    return value;
  }

  int32(name: string): number {
    const value = this.#fields[name] ?? 0;
    if (typeof value === 'number') return value;
    throw new TwirpError(400, 'malformed', `${name}: expected a number, found ${JSON.stringify(value)}`);
  }

  texts(name: string): readonly string[] {
    const value = this.#fields[name] ?? [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw new TwirpError(400, 'malformed', `${name}: expected a list of texts`);
  }
}

export type TwirpReply = Readonly<Record<string, unknown>>;

/** The methods of one service by name. */
export type TwirpService = Readonly<Record<string, (request: TwirpRequest) => Promise<TwirpReply>>>;
