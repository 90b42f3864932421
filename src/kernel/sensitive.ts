/**
 * A value that must never reach a log, a URL, a file name or an error: a name, a citizen number, an
 * account number. It prints as [sensitive] however it is printed; reveal() is easy to search for.
 */
export class Sensitive<Value> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  reveal(): Value {
    return this.#value;
  }

  toString(): string {
    return '[sensitive]';
  }

  toJSON(): string {
    return '[sensitive]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[sensitive]';
  }
}
