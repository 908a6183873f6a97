import { createHash } from 'node:crypto';
import { batches } from './batches.ts';
import type { Pair } from './mlflow-client.ts';

const longest = 250;
/** Of a tag's 5,000 characters, brackets left over; an original that fills a tag alone is cut. */
const longestMap = 4900;
const longestOriginal = 1000;
const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** A path that a server takes as a file name must not mean another one. */
const asPath = (name: string): string =>
  name
    .split('/')
    .map((part) => (part === '' || part === '.' || part === '..' ? '_' : part))
    .join('/');

/**
 * The name as MLflow takes it: `@` becomes `_at_`, any other character than letters, digits, `_ - . /` and space
 * becomes `_`, and what is longer than 250 characters is cut and gets a hash at its end.
 */
function legalName(name: string): string {
  const legal = asPath(name.replaceAll('@', '_at_').replace(/[^\p{L}\p{N}_\-./ ]/gu, '_'));
  return legal.length <= longest ? legal : `${legal.slice(0, longest - 9)}-${short(name)}`;
}

/** Names given to one run: different names stay different, the first one to come keeps the plain form. */
export class LegalNames {
  readonly #legal = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** The legal form of a name; always the same one. */
  of(name: string): string {
    let legal = this.#legal.get(name);
    if (legal === undefined) {
      legal = legalName(name);
      if (this.#taken.has(legal)) legal = `${legal.slice(0, longest - 9)}-${short(name)}`;
      this.#taken.add(legal);
      this.#legal.set(name, legal);
    }
    return legal;
  }

  /**
   * The tag that keeps the originals of all names that MLflow does not take as they are: `ablate.names`, a JSON map
   * from the legal name to the original. What one tag cannot hold goes on in `ablate.names.2` and so on, each a whole
   * map.
   */
  originalTags(): Pair[] {
    const changed = [...this.#legal]
      .filter(([name, legal]) => name !== legal)
      .map(([name, legal]) => [legal, name.slice(0, longestOriginal)]);
    return [...batches(changed, { count: Infinity, bytes: longestMap })].map((entries, index) => ({
      key: index === 0 ? 'ablate.names' : `ablate.names.${index + 1}`,
      value: JSON.stringify(Object.fromEntries(entries)),
    }));
  }
}
