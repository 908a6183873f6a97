/** Version of what is written. */
export const embeddingsVersion = 1;

/** Embeddings as they come from a backbone. */
export interface EmbeddingStream {
  readonly count: number;
  readonly dim: number;
  /** All `count` rows in order, some at a time: row-major `[rows, dim]`. */
  readonly rows: AsyncIterable<Float32Array>;
  /** Class of each row, −1 for none. */
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  /** Name of each row's image. */
  name(row: number): string;
}
