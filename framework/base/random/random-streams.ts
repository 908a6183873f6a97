import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { Random } from './random.ts';

/** 32-bit FNV-1a over UTF-16 units, finished with MurmurHash3's mixer so that neighboring counters lie far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) | 0;
}

/**
 * Every random number of a run. A stream is a pure function of the seed, a purpose and counters (an epoch, an image's
 * index), so nothing about it needs saving and a resumed run draws the same numbers.
 */
export class RandomStreams {
  /** The run's seed. */
  readonly seed: number;
  /** Prefix of every purpose. */
  readonly scope: string;

  /** @param seed an integer; @param scope prefix of every purpose */
  constructor(seed: number, scope = '') {
    this.seed = seed;
    this.scope = scope;
  }

  /** A fresh stream, from its beginning: `stream('shuffle', epoch)`. */
  stream(purpose: string, ...counters: readonly number[]): Random {
    return new Random(xoroshiro128plus(this.derivedSeed(purpose, ...counters)));
  }

  /** A 32-bit seed for libraries that take one. */
  derivedSeed(purpose: string, ...counters: readonly number[]): number {
    return hash([this.seed, this.scope + purpose, ...counters].join(':'));
  }

  /** The same seed with `name/` before every purpose, so that two components never share a stream. */
  scoped(name: string): RandomStreams {
    return new RandomStreams(this.seed, `${this.scope}${name}/`);
  }
}
