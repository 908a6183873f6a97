/** What a panel has of classes. */
export interface ClassPanel {
  readonly classNames: readonly string[];
  /** Class of each point. */
  readonly drawn: readonly string[];
}

/**
 * Lists the classes that have a point in any of the panels, in the order in which the splits name them. A split names
 * classes of which it has no image: of class-disjoint data, those of the training split.
 */
export function drawnClasses(panels: readonly ClassPanel[]): string[] {
  const drawn = new Set(panels.flatMap((panel) => panel.drawn));
  return [...new Set(panels.flatMap(({ classNames }) => classNames))].filter((name) => drawn.has(name));
}
