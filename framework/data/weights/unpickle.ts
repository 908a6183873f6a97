/** A class or function that a pickle names. */
export interface PickledName {
  readonly module: string;
  readonly name: string;
}

/** What a pickle may hold here. Tuples and lists are arrays, dictionaries maps. */
export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Pickled[]
  | Map<Pickled, Pickled>
  | Set<Pickled>
  | Opaque;

/** A value of the caller's own: what it made of a name, a call or a persistent id. */
export interface Opaque {
  readonly opaque: unknown;
}

/** What the caller lets a pickle name; everything else is refused. */
export interface PickleRules {
  /** What stands for a name; throws for one that is not allowed. Nothing is ever looked up or run. */
  name(name: PickledName): Opaque;
  /** What calling an allowed name gives; throws where it may not be called. */
  call(callee: Pickled, args: readonly Pickled[]): Pickled;
  /** What an id of something outside of the pickle stands for. */
  persistent(id: Pickled): Pickled;
  /** Says what is wrong with the pickle. */
  refuse(what: string): never;
}

const mark = Symbol('mark');
type Slot = Pickled | typeof mark;

/** Values that a stack or a memo may hold: far more than any state dictionary has. */
const maxValues = 10_000_000;

/**
 * Reads one pickle (protocols 0 to 5, of these the codes that data need) without running anything: names are only
 * compared with what `rules` allows.
 *
 * @returns the value, and the offset behind the pickle's last byte
 */
export function unpickle(bytes: Uint8Array, start: number, rules: PickleRules): { value: Pickled; end: number } {
  return new Unpickler(bytes, start, rules).run();
}

class Unpickler {
  readonly #bytes: Buffer;
  readonly #rules: PickleRules;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, Pickled>();
  #at: number;

  constructor(bytes: Uint8Array, start: number, rules: PickleRules) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#rules = rules;
  }

  run(): { value: Pickled; end: number } {
    for (;;) {
      const code = this.#bytes[this.#take(1)]!;
      if (code === 0x2e) return { value: this.#pop(), end: this.#at };
      this.#step(code);
      if (this.#stack.length > maxValues) this.#rules.refuse(`holds more than ${maxValues} values`);
    }
  }

  #step(code: number): void {
    const bytes = this.#bytes;
    switch (code) {
      // Protocol and frame only say how what follows is laid out.
      case 0x80:
        if (bytes[this.#take(1)]! > 5) this.#rules.refuse('is a pickle of a later protocol than 5');
        return;
      case 0x95:
        this.#take(8);
        return;
      case 0x28:
        this.#stack.push(mark);
        return;
      case 0x30:
        this.#stack.pop();
        return;
      case 0x31:
        this.#toMark();
        return;
      case 0x32: {
        const top = this.#pop();
        this.#stack.push(top, top);
        return;
      }
      case 0x4e:
        return this.#push(null);
      case 0x88:
        return this.#push(true);
      case 0x89:
        return this.#push(false);
      case 0x4a:
        return this.#push(bytes.readInt32LE(this.#take(4)));
      case 0x4b:
        return this.#push(bytes[this.#take(1)]!);
      case 0x4d:
        return this.#push(bytes.readUInt16LE(this.#take(2)));
      case 0x8a:
        return this.#push(this.#long(bytes[this.#take(1)]!));
      case 0x8b:
        return this.#push(this.#long(bytes.readInt32LE(this.#take(4))));
      case 0x47:
        return this.#push(bytes.readDoubleBE(this.#take(8)));
      case 0x58:
        return this.#push(this.#text(bytes.readUInt32LE(this.#take(4))));
      case 0x8c:
        return this.#push(this.#text(bytes[this.#take(1)]!));
      case 0x8d:
        return this.#push(this.#text(this.#length8()));
      case 0x54:
        return this.#push(this.#text(bytes.readUInt32LE(this.#take(4)), 'latin1'));
      case 0x55:
        return this.#push(this.#text(bytes[this.#take(1)]!, 'latin1'));
      case 0x42:
        return this.#push(this.#raw(bytes.readUInt32LE(this.#take(4))));
      case 0x43:
        return this.#push(this.#raw(bytes[this.#take(1)]!));
      case 0x8e:
        return this.#push(this.#raw(this.#length8()));
      case 0x5d:
        return this.#push([]);
      case 0x7d:
        return this.#push(new Map());
      case 0x8f:
        return this.#push(new Set());
      case 0x29:
        return this.#push([]);
      case 0x74:
        return this.#push(this.#toMark());
      case 0x85:
      case 0x86:
      case 0x87: {
        const count = code - 0x84;
        const items = Array.from({ length: count }, () => this.#pop()).reverse();
        return this.#push(items);
      }
      case 0x61: {
        const item = this.#pop();
        this.#list().push(item);
        return;
      }
      case 0x65: {
        const items = this.#toMark();
        const list = this.#list();
        for (const item of items) list.push(item);
        return;
      }
      case 0x73: {
        const [value, key] = [this.#pop(), this.#pop()];
        this.#dictionary().set(key, value);
        return;
      }
      case 0x75: {
        const items = this.#toMark();
        const dictionary = this.#dictionary();
        if (items.length % 2 !== 0) this.#damaged();
        for (let index = 0; index < items.length; index += 2) dictionary.set(items[index]!, items[index + 1]!);
        return;
      }
      case 0x90: {
        const items = this.#toMark();
        const set = this.#top();
        if (!(set instanceof Set)) return this.#damaged();
        for (const item of items) set.add(item);
        return;
      }
      case 0x71:
        return this.#keep(bytes[this.#take(1)]!);
      case 0x72:
        return this.#keep(bytes.readUInt32LE(this.#take(4)));
      case 0x94:
        return this.#keep(this.#memo.size);
      case 0x68:
        return this.#recall(bytes[this.#take(1)]!);
      case 0x6a:
        return this.#recall(bytes.readUInt32LE(this.#take(4)));
      case 0x63:
        return this.#push(this.#rules.name({ module: this.#line(), name: this.#line() }));
      case 0x93: {
        const [name, module] = [this.#pop(), this.#pop()];
        if (typeof name !== 'string' || typeof module !== 'string') return this.#damaged();
        return this.#push(this.#rules.name({ module, name }));
      }
      case 0x52:
      case 0x81: {
        const [args, callee] = [this.#pop(), this.#pop()];
        if (!Array.isArray(args)) return this.#damaged();
        return this.#push(this.#rules.call(callee, args));
      }
      case 0x62: {
        // Attributes of a dictionary, such as the versions of modules that PyTorch hangs on it: not part of its items.
        this.#pop();
        if (!(this.#top() instanceof Map)) this.#rules.refuse('sets attributes of something that is no dictionary');
        return;
      }
      case 0x51:
        return this.#push(this.#rules.persistent(this.#pop()));
      default:
        this.#rules.refuse(
          `holds the pickle code 0x${code.toString(16).padStart(2, '0')}, which dictionaries of tensors do not need`,
        );
    }
  }

  #push(value: Pickled): void {
    this.#stack.push(value);
  }

  #pop(): Pickled {
    const value = this.#stack.pop();
    return value === undefined || value === mark ? this.#damaged() : value;
  }

  #top(): Pickled {
    const value = this.#stack.at(-1);
    return value === undefined || value === mark ? this.#damaged() : value;
  }

  #list(): Pickled[] {
    const top = this.#top();
    return Array.isArray(top) ? top : this.#damaged();
  }

  #dictionary(): Map<Pickled, Pickled> {
    const top = this.#top();
    return top instanceof Map ? top : this.#damaged();
  }

  #toMark(): Pickled[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) return this.#damaged();
    const items = this.#stack.splice(at + 1) as Pickled[];
    this.#stack.pop();
    return items;
  }

  #keep(key: number): void {
    this.#memo.set(key, this.#top());
    if (this.#memo.size > maxValues) this.#rules.refuse(`holds more than ${maxValues} values`);
  }

  #recall(key: number): void {
    const value = this.#memo.get(key);
    if (value === undefined) return this.#damaged();
    this.#push(value);
  }

  /** Moves on by so many bytes. @returns where they begin */
  #take(count: number): number {
    const at = this.#at;
    if (count < 0 || at + count > this.#bytes.length) this.#rules.refuse('is cut short within its pickle');
    this.#at += count;
    return at;
  }

  #length8(): number {
    const length = this.#bytes.readBigUInt64LE(this.#take(8));
    return length > 2 ** 32 ? this.#rules.refuse('is cut short within its pickle') : Number(length);
  }

  #text(length: number, encoding: BufferEncoding = 'utf8'): string {
    const at = this.#take(length);
    return this.#bytes.toString(encoding, at, at + length);
  }

  #raw(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0 || end - this.#at > 1000) return this.#rules.refuse('is cut short within its pickle');
    const at = this.#take(end + 1 - this.#at);
    return this.#bytes.toString('utf8', at, end);
  }

  /** A little-endian integer in two's complement. */
  #long(length: number): number | bigint {
    if (length < 0 || length > 16) return this.#rules.refuse(`holds an integer of ${length} bytes`);
    const at = this.#take(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(this.#bytes[at + index]!);
    const signed = BigInt.asIntN(8 * length, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  #damaged(): never {
    return this.#rules.refuse('holds a damaged pickle');
  }
}
