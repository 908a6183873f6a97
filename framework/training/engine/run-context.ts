import type { DecodedImages } from '../../contracts/decoded-images.ts';
import type { Ranks } from '../../contracts/ranks.ts';
import type { KeptFeatures } from '../../contracts/kept-features.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';

/** Where a run finds its plugins and files. */
export interface RunContext {
  readonly catalogue: Catalogue;
  /** Folder of the spec file: relative paths in options start there. */
  readonly baseDirectory: string;
  /** The user's cache folder. */
  readonly cacheDirectory: string;
  /** Images that runs share. */
  readonly decoded?: DecodedImages | undefined;
  /** What frozen blocks make of images, which runs share. */
  readonly features?: KeptFeatures | undefined;
  /** The processes of the run that this one belongs to; absent where it is the only one. */
  readonly ranks?: Ranks | undefined;
  /** Hears what a component has to say before the first step. */
  readonly warn?: (message: string) => void;
  /** Aborted where the run is told to stop before it has begun. */
  readonly signal?: AbortSignal;
}
