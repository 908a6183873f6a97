import type { FigurePanel } from '../contracts/figure.ts';

/**
 * Takes one panel of each group, by the group's name: the first, so that several seeds of the same do not crowd a
 * figure.
 */
export function firstOfGroups(panels: readonly FigurePanel[]): FigurePanel[] {
  const first = new Map<string, FigurePanel>();
  for (const panel of panels) if (!first.has(panel.group)) first.set(panel.group, panel);
  return first.size === 1 ? panels.slice(0, 1) : [...first.values()].map((panel) => ({ ...panel, title: panel.group }));
}

/** Collects the panels of each group. */
export function panelsByGroup(panels: readonly FigurePanel[]): Map<string, FigurePanel[]> {
  const groups = new Map<string, FigurePanel[]>();
  for (const panel of panels) groups.set(panel.group, [...(groups.get(panel.group) ?? []), panel]);
  return groups;
}
