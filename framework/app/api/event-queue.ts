/** Values from someone who cannot wait to someone who takes them one by one. */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #values: T[] = [];
  #wake: () => void = () => undefined;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  /** Adds a value. */
  push(value: T): void {
    this.#values.push(value);
    this.#wake();
  }

  /** No value follows; with an error, whoever takes them gets it after the last one. */
  end(error?: unknown): void {
    this.#ended = true;
    if (error !== undefined) this.#failure = { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      while (this.#values.length > 0) yield this.#values.shift()!;
      if (this.#failure) throw this.#failure.error;
      if (this.#ended) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
