import { parse } from 'yaml';

/** What a configuration in Python says, and the lines of it that are more than a literal. */
export interface PythonConfig {
  readonly values: Readonly<Record<string, unknown>>;
  readonly unread: readonly string[];
}

/**
 * Reads lines of `config.name = literal` of a Python file, and products and quotients of an earlier name and a number,
 * as in `config.num_epoch // 10`. Nothing of the file is run.
 */
export function readPythonConfig(text: string, before: Readonly<Record<string, unknown>> = {}): PythonConfig {
  const values: Record<string, unknown> = { ...before };
  const unread: string[] = [];
  for (const line of text.split('\n').map((one) => one.replace(/\s+#.*$|^\s*#.*$/, '').trim())) {
    if (line === '' || /^(?:from|import)\b|=\s*edict\(\)$|^["']{3}/.test(line)) continue;
    const [, name, written] = /^config\.(\w+)\s*=\s*(.+)$/.exec(line) ?? [];
    const literal = written === undefined ? undefined : literalOf(written);
    const value = written === undefined || literal !== undefined ? literal : computed(written, values);
    if (name === undefined || value === undefined) unread.push(line);
    else values[name] = value;
  }
  return { values, unread };
}

const words: Readonly<Record<string, unknown>> = { None: null, True: true, False: false };

/** A literal of Python: a number, a text, one of its words, or a tuple or list of them. */
function literalOf(written: string): unknown {
  if (Object.hasOwn(words, written)) return words[written];
  if (/^-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?$/i.test(written)) return Number(written);
  if (!/^(?:"[^"\\]*"|'[^'\\]*')$|^[([][\w\s.,'"/-]*[)\]]$/.test(written)) return undefined;
  return parse(written.replace(/^\(/, '[').replace(/,?\s*\)$/, ']')) as unknown;
}

function computed(written: string, values: Readonly<Record<string, unknown>>): number | undefined {
  const [, name, operation, by] = /^config\.(\w+)\s*(\/\/|\/|\*)\s*(\d+(?:\.\d+)?)$/.exec(written) ?? [];
  const value = name === undefined ? undefined : values[name];
  if (typeof value !== 'number') return undefined;
  if (operation === '*') return value * Number(by);
  return operation === '/' ? value / Number(by) : Math.floor(value / Number(by));
}
