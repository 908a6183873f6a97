/** What a pickle of plain data holds: tuples and lists are arrays, bytes and Python 2's strings are bytes. */
export type PickledValue = null | boolean | number | string | Uint8Array | PickledValue[];

/** Operations that make Python import or call something, with their names in pickle's own words. */
const calls: Readonly<Record<number, string>> = {
  0x63: 'GLOBAL',
  0x93: 'STACK_GLOBAL',
  0x52: 'REDUCE',
  0x62: 'BUILD',
  0x69: 'INST',
  0x6f: 'OBJ',
  0x81: 'NEWOBJ',
  0x92: 'NEWOBJ_EX',
  0x50: 'PERSID',
  0x51: 'BINPERSID',
  0x82: 'EXT1',
  0x83: 'EXT2',
  0x84: 'EXT4',
};

/**
 * Reads a pickle of lists, tuples, bytes, text, numbers and truth values as data. Nothing that it says is ever imported
 * or called: a pickle that asks for that is refused at that place.
 *
 * @throws Error saying what was met, and at which byte
 */
export function readPickle(bytes: Uint8Array): PickledValue {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: PickledValue[] = [];
  const marks: number[] = [];
  const memo = new Map<number, PickledValue>();
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`its pickle ${what}`);
  };
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > view.length)
      fail(`ends after ${view.length} bytes, where ${length} more belong to what begins at ${at}`);
    return view.subarray(at, (at += length));
  };
  const u8 = (): number => take(1).readUInt8();
  const u32 = (): number => take(4).readUInt32LE();
  const u64 = (): number => Number(take(8).readBigUInt64LE());
  const line = (): string => {
    const end = view.indexOf(10, at);
    return end < 0
      ? fail(`ends within a line that begins at ${at}`)
      : take(end + 1 - at)
          .toString('latin1')
          .slice(0, -1);
  };
  const pop = (): PickledValue =>
    stack.length > (marks.at(-1) ?? 0) ? stack.pop()! : fail(`takes a value at ${at} where there is none`);
  const popToMark = (): PickledValue[] =>
    stack.splice(marks.pop() ?? fail(`takes a mark at ${at} where there is none`));
  const last = (): PickledValue =>
    stack.length > 0 ? stack.at(-1)! : fail(`takes a value at ${at} where there is none`);
  const extend = (values: readonly PickledValue[]): void => {
    const list = last();
    if (!Array.isArray(list)) return fail(`adds to what is no list at ${at}`);
    for (const value of values) list.push(value);
  };
  const tuple = (length: number): void => void stack.push(Array.from({ length }, pop).reverse());
  const recall = (index: number): void =>
    void stack.push(memo.has(index) ? memo.get(index)! : fail(`recalls value ${index} at ${at}, which it never kept`));
  const integer = (little: Buffer): number =>
    Number(
      little.length === 0
        ? 0n
        : BigInt.asIntN(8 * little.length, BigInt(`0x${Buffer.from(little).reverse().toString('hex')}`)),
    );

  const operations: Readonly<Record<number, () => void>> = {
    0x80: () => void u8(), // PROTO
    0x95: () => void u64(), // FRAME
    0x28: () => void marks.push(stack.length), // MARK
    0x30: () => void pop(), // POP
    0x4e: () => void stack.push(null), // NONE
    0x88: () => void stack.push(true), // NEWTRUE
    0x89: () => void stack.push(false), // NEWFALSE
    0x4b: () => void stack.push(u8()), // BININT1
    0x4d: () => void stack.push(take(2).readUInt16LE()), // BININT2
    0x4a: () => void stack.push(take(4).readInt32LE()), // BININT
    0x8a: () => void stack.push(integer(take(u8()))), // LONG1
    0x47: () => void stack.push(take(8).readDoubleBE()), // BINFLOAT
    0x49: () => {
      // INT, and protocol 0's truth values
      const text = line();
      stack.push(text === '00' ? false : text === '01' ? true : Number(text));
    },
    0x55: () => void stack.push(take(u8())), // SHORT_BINSTRING
    0x54: () => void stack.push(take(u32())), // BINSTRING
    0x43: () => void stack.push(take(u8())), // SHORT_BINBYTES
    0x42: () => void stack.push(take(u32())), // BINBYTES
    0x8e: () => void stack.push(take(u64())), // BINBYTES8
    0x8c: () => void stack.push(take(u8()).toString()), // SHORT_BINUNICODE
    0x58: () => void stack.push(take(u32()).toString()), // BINUNICODE
    0x8d: () => void stack.push(take(u64()).toString()), // BINUNICODE8
    0x5d: () => void stack.push([]), // EMPTY_LIST
    0x29: () => void stack.push([]), // EMPTY_TUPLE
    0x6c: () => void stack.push(popToMark()), // LIST
    0x74: () => void stack.push(popToMark()), // TUPLE
    0x85: () => tuple(1),
    0x86: () => tuple(2),
    0x87: () => tuple(3),
    0x61: () => extend([pop()]), // APPEND
    0x65: () => extend(popToMark()), // APPENDS
    0x71: () => void memo.set(u8(), last()), // BINPUT
    0x72: () => void memo.set(u32(), last()), // LONG_BINPUT
    0x70: () => void memo.set(Number(line()), last()), // PUT
    0x94: () => void memo.set(memo.size, last()), // MEMOIZE
    0x68: () => recall(u8()), // BINGET
    0x6a: () => recall(u32()), // LONG_BINGET
    0x67: () => recall(Number(line())), // GET
  };
  for (;;) {
    const start = at;
    const code = u8();
    if (code === 0x2e) return pop(); // STOP
    if (calls[code]) {
      const names =
        code === 0x63 || code === 0x69
          ? `${line()}.${line()}`
          : stack
              .slice(-2)
              .filter((value) => typeof value === 'string')
              .join('.');
      fail(`asks Python to import or call ${names || 'something'} (${calls[code]} at byte ${start})`);
    }
    (
      operations[code] ??
      (() => fail(`has the operation 0x${code.toString(16)} at byte ${start}, which is not one of plain data`))
    )();
  }
}
