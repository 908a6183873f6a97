import { isConfigMap } from './source-config.ts';

const flag = /~([A-Z_]+)~(\d*)$/;

/** Ranges of a search, by the flags of their keys. */
const ranges: Readonly<Record<string, string>> = {
  BAYESIAN: 'uniform',
  LOG_BAYESIAN: 'logUniform',
  INT_BAYESIAN: 'integer',
};

/**
 * Merges the files of a configuration of powerful-benchmarker, later ones over earlier ones, by the flags of their keys:
 * `~OVERRIDE~` replaces, `~APPLY~2` merges into every map two levels down, `~DELETE~` removes; `~BAYESIAN~` makes the
 * range that a search draws from, and notes it as `searched`.
 */
export function mergeBenchmarkerFiles(files: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const merged = files.reduce<Record<string, unknown>>((before, file) => merge(before, file), {});
  return hasRange(merged) ? { ...merged, searched: true } : merged;
}

function merge(
  before: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...before };
  for (const [written, value] of Object.entries(own)) {
    const [, name, depth] = flag.exec(written) ?? [];
    const key = written.replace(flag, '');
    if (name !== undefined && ranges[name] !== undefined) result[key] = { [ranges[name]]: value };
    else if (name === 'DELETE') delete result[key];
    else if (name === 'APPLY') result[key] = applied(result[key], value, Number(depth || 1) - 1);
    else if (name === undefined || name === 'MERGE') {
      const plain = isConfigMap(value) ? merge({}, value) : value;
      result[key] = isConfigMap(result[key]) && isConfigMap(plain) ? merge(result[key], value as never) : plain;
    } else if (name === 'OVERRIDE') result[key] = isConfigMap(value) ? merge({}, value) : value;
    // What swaps names one level down keeps what stands below them.
    else if (name === 'SWAP') result[key] = swapped(result[key], value);
    else result[written] = value;
  }
  return result;
}

/** A map merged into every map so many levels below a value. */
function applied(value: unknown, own: unknown, levels: number): unknown {
  if (!isConfigMap(value) || !isConfigMap(own)) return value;
  if (levels === 0) return merge(value, own);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, applied(inner, own, levels - 1)]));
}

function swapped(value: unknown, own: unknown): unknown {
  const [name] = isConfigMap(own) ? Object.keys(own) : [];
  const [inner] = isConfigMap(value) ? Object.values(value) : [];
  return name === undefined ? value : { [name]: inner ?? null };
}

function hasRange(value: unknown): boolean {
  if (!isConfigMap(value)) return false;
  const keys = Object.keys(value);
  return (keys.length === 1 && Object.values(ranges).includes(keys[0]!)) || Object.values(value).some(hasRange);
}
