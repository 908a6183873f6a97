import { printable } from './printable.ts';

/** Stream that is guarded → the same as it was. */
const unguarded = new WeakMap<NodeJS.WriteStream, NodeJS.WriteStream>();

/**
 * Makes whatever text is written to a stream from now on harmless for a terminal: labels, names of classes and messages
 * come from specs, data and run folders of anybody, by many ways, and all of them leave by this door.
 */
export function guardOutput(stream: NodeJS.WriteStream): void {
  if (unguarded.has(stream)) return;
  const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
  unguarded.set(stream, Object.create(stream, { write: { value: write } }) as NodeJS.WriteStream);
  stream.write = (chunk: unknown, ...rest: unknown[]): boolean =>
    write(typeof chunk === 'string' ? printable(chunk) : chunk, ...rest);
}

/**
 * Gives the stream for those who move the cursor themselves, and pass every text that is not their own through
 * `printable` before.
 */
export function cursorStream(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return unguarded.get(stream) ?? stream;
}
