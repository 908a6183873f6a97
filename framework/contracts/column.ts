/** A class of another kind than the label: a super-class, a camera, a product, a sequence. */
export interface LabelColumn {
  readonly kind: 'label';
  /** Index into `names` of each image, −1 for none; int32 `[length]`. */
  readonly values: Int32Array;
  /** A number means the same name in every split of a data set. */
  readonly names: readonly string[];
}

/** Any number of names an image: tags, attributes. */
export interface LabelsColumn {
  readonly kind: 'labels';
  /** Indices into `names`, those of one image after those of another. */
  readonly values: Int32Array;
  /** Where the indices of each image end in `values`; `[length]`. */
  readonly ends: Uint32Array;
  /** A number means the same name in every split of a data set. */
  readonly names: readonly string[];
}

/** A number an image: a weight, an age, a quality. */
export interface NumberColumn {
  readonly kind: 'number';
  /** `[length]`; NaN for none. */
  readonly values: Float64Array;
}

/** A part of each image. */
export interface BoxColumn {
  readonly kind: 'box';
  /**
   * Row-major `[length, 4]`: left, top, right and bottom in pixels of the image as it is stored, counted from its upper
   * left corner, right and bottom exclusive; four NaN for none.
   */
  readonly values: Float64Array;
}

/** A vector an image: attributes as numbers, another network's embedding. */
export interface VectorColumn {
  readonly kind: 'vector';
  readonly dim: number;
  /** Row-major `[length, dim]`. */
  readonly values: Float32Array;
}

/** Something that is known of each image of a split beside its class, by row, in the split's order. */
export type Column = LabelColumn | LabelsColumn | NumberColumn | BoxColumn | VectorColumn;

/** A kind of column. */
export type ColumnKind = Column['kind'];

/** Columns by name: `superclass`, `group`, `camera`, `weight`. */
export type Columns = Readonly<Record<string, Column>>;

/** Columns that a plugin asks for: name → kind. */
export type ColumnNeeds = Readonly<Record<string, ColumnKind>>;
