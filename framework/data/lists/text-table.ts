/**
 * Texts by row in one piece of memory: a list of millions that no garbage collector walks, and that a file holds as it
 * is.
 */
export class TextTable {
  readonly length: number;
  /** UTF-8 of all texts, one after another. */
  readonly bytes: Uint8Array;
  /** Where each text ends in `bytes`. */
  readonly ends: Uint32Array;
  readonly #buffer: Buffer;

  constructor(bytes: Uint8Array, ends: Uint32Array) {
    this.bytes = bytes;
    this.ends = ends;
    this.length = ends.length;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** @param texts taken one by one, never held all at once */
  static of(texts: Iterable<string>): TextTable {
    const builder = new TextTableBuilder();
    for (const text of texts) builder.push(text);
    return builder.table();
  }

  /** The text of a row. */
  at(row: number): string {
    return this.#buffer.toString('utf8', row === 0 ? 0 : this.ends[row - 1], this.ends[row]);
  }

  /** By row, the first row that has the same text. Compares bytes, and makes no text of them. */
  firstRows(): Int32Array {
    const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * this.length + 1))).fill(-1);
    const first = new Int32Array(this.length);
    for (let row = 0; row < this.length; row++) {
      const [begin, end] = [row === 0 ? 0 : this.ends[row - 1]!, this.ends[row]!];
      // FNV-1a
      let hash = 0x811c9dc5;
      for (let at = begin; at < end; at++) hash = Math.imul(hash ^ this.bytes[at]!, 0x01000193);
      let slot = hash & (slots.length - 1);
      while (slots[slot]! >= 0 && !this.#isSame(slots[slot]!, begin, end)) slot = (slot + 1) & (slots.length - 1);
      if (slots[slot]! < 0) slots[slot] = row;
      first[row] = slots[slot]!;
    }
    return first;
  }

  #isSame(row: number, begin: number, end: number): boolean {
    return this.#buffer.compare(this.#buffer, row === 0 ? 0 : this.ends[row - 1]!, this.ends[row]!, begin, end) === 0;
  }

  /** The texts of `rows`, in that order. */
  pick(rows: Int32Array): TextTable {
    const table = this;
    return TextTable.of(
      (function* () {
        for (const row of rows) yield table.at(row);
      })(),
    );
  }

  *[Symbol.iterator](): Generator<string> {
    for (let row = 0; row < this.length; row++) yield this.at(row);
  }
}

/** A table of texts that grows. */
export class TextTableBuilder {
  #bytes = Buffer.allocUnsafeSlow(2 ** 12);
  #ends = new Uint32Array(2 ** 8);
  #length = 0;
  #filled = 0;

  push(text: string): void {
    // A UTF-16 unit takes three bytes at most.
    if (this.#filled + 3 * text.length > this.#bytes.length)
      this.#bytes = grown(this.#bytes, Buffer.allocUnsafeSlow(2 * (this.#filled + 3 * text.length)));
    if (this.#length === this.#ends.length) this.#ends = grown(this.#ends, new Uint32Array(2 * this.#length));
    this.#filled += this.#bytes.write(text, this.#filled);
    this.#ends[this.#length++] = this.#filled;
  }

  /** What has been pushed; the builder may not be used any more. */
  table(): TextTable {
    return new TextTable(this.#bytes.subarray(0, this.#filled), this.#ends.subarray(0, this.#length));
  }
}

function grown<T extends Uint8Array | Uint32Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
