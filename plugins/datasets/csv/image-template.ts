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
  const holes = [...text.matchAll(hole)];
  const columns = [...new Set(holes.map(([, column]) => column!))];
  const parts = holes.map(({ 0: whole, 1: column, 2: place, index }) => ({
    column: columns.indexOf(column!),
    place: place === undefined ? undefined : Number(place),
    after: index + whole.length,
  }));
  const literals = parts.map(({ after }, part) => text.slice(after, holes[part + 1]?.index));
  const before = text.slice(0, holes[0]?.index);
  return {
    columns,
    name(cells) {
      let name = before;
      parts.forEach(({ column, place }, part) => {
        const cell = cells[column]!;
        name += (place === undefined ? cell : (cell[place] ?? '')) + literals[part]!;
      });
      return name;
    },
  };
}
