/** A name made of cells: `{id:0}/{id}.jpg`. */
export interface ImageTemplate {
  /** Columns that it takes, each once. */
  readonly columns: readonly string[];
  /** The name, by the cells of `columns`. */
  name(cells: readonly string[]): string;
}

const hole = /\{([^{}:]+)(?::(\d+))?\}/g;

/** Reads a template: `{column}` stands for a cell and `{column:2}` for its third character. */
export function imageTemplate(text: string): ImageTemplate {
  const columns = [...new Set([...text.matchAll(hole)].map(([, column]) => column!))];
  return {
    columns,
    name: (cells) =>
      text.replace(hole, (_, column: string, place: string | undefined) => {
        const cell = cells[columns.indexOf(column)]!;
        return place === undefined ? cell : (cell[Number(place)] ?? '');
      }),
  };
}
