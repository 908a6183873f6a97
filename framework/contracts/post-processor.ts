/** Embeddings in plain memory, row-major `[rows, dim]`. */
export interface EmbeddingRows {
  readonly values: Float32Array;
  readonly dim: number;
}

/** What a post-processor has learned of one name. */
export interface LearnedArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Where rows are searched. */
export interface SearchedGallery {
  readonly gallery: EmbeddingRows;
  /** The gallery is the rows themselves, and a row is not its own neighbor. */
  readonly leaveOneOut: boolean;
}

/** Changes embeddings after the network: each by itself, or by its neighbors in a gallery. Owns no tensor. */
export interface PostProcessor {
  /** Learns from embeddings of training images, before anything else is asked; absent where nothing is learned. */
  fit?(training: EmbeddingRows): void | Promise<void>;
  /** Gives what it has learned, to be kept with the run; absent where nothing is learned. */
  learned?(): Readonly<Record<string, LearnedArray>>;
  /** Takes back what `learned` gave, in the place of `fit`. */
  restore?(learned: Readonly<Record<string, LearnedArray>>): void;
  /**
   * Gives as many rows in the same order, and leaves those given alone. Without `expands` a row comes out alike
   * whichever others come with it.
   *
   * @param searched where the rows are searched; given where it has `expands`
   */
  apply(rows: EmbeddingRows, searched?: SearchedGallery): EmbeddingRows | Promise<EmbeddingRows>;
  /**
   * Which rows it changes by their neighbors in the gallery: the queries, or those of the gallery itself. Absent where
   * it changes every row by itself.
   */
  readonly expands?: 'queries' | 'gallery';
}
