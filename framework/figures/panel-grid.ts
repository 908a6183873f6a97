import { gridLine, ink } from './figure-theme.ts';

type Vega = Readonly<Record<string, unknown>>;

/** One panel of several beside each other. */
export interface GridPanel {
  /** Stands above it. */
  readonly title: string;
  /** Lets a page filter it: the group or run that it shows. */
  readonly group: string;
  /** `data`, `scales`, `axes` and `marks` of the panel, in its own coordinates. */
  readonly content: Vega;
}

/** How panels are laid out. */
export interface PanelGrid {
  readonly panels: readonly GridPanel[];
  /** Of the whole figure, in pixels. */
  readonly width: number;
  /** Most panels in a row. */
  readonly columns: number;
  /** Pixels that the axis labels left of a panel take. */
  readonly margin: number;
  /** Pixels that a legend right of all takes. */
  readonly legend?: number;
  /** Height of a panel as a multiple of its width. */
  readonly aspect?: number;
  /** Pixels between a row's panels and the titles of the next. */
  readonly gap?: number;
  /** A sentence above all panels. */
  readonly note?: string;
}

/** Computes the width in pixels of each panel. */
export function panelWidth({
  panels,
  width,
  columns,
  margin,
  legend = 0,
}: Omit<PanelGrid, 'panels'> & { readonly panels: { readonly length: number } }): number {
  const across = Math.min(columns, panels.length);
  const room = Math.floor((width - legend - 8) / across - margin);
  // One run alone does not fill a page's width: its points would be lost in the panel.
  return Math.max(40, Math.min(room, Math.max(280, Math.floor(0.45 * width))));
}

/**
 * Sets several panels beside each other as a Vega specification, each with its own scales; `shared` has what they share
 * (scales, legends).
 */
export function panelGrid(grid: PanelGrid, shared: Vega = {}): Vega {
  const { panels, columns, margin, aspect = 1, gap = 40, note } = grid;
  const width = panelWidth(grid);
  const height = Math.round(width * aspect);
  const titles = panels.map(({ title }) => titleLines(title, width + margin - 8));
  const above = titleHeight * Math.max(0, ...titles.map(({ length }) => length - 1));
  return {
    $schema: 'https://vega.github.io/schema/vega/v6.json',
    padding: { left: 4, right: 4, bottom: 4, top: note ? 4 : 18 + above },
    ...(note && {
      title: { text: note, anchor: 'start', frame: 'bounds', fontSize: 10, fontWeight: 'normal', offset: 16 + above },
    }),
    layout: {
      columns: Math.min(columns, panels.length),
      padding: { column: margin, row: gap + above },
      bounds: 'flush',
      align: 'each',
    },
    ...shared,
    marks: panels.map(({ group, content }, index) => ({
      name: panelName(group, panels.slice(0, index).filter((earlier) => earlier.group === group).length),
      type: 'group',
      encode: {
        update: {
          width: { value: width },
          height: { value: height },
          stroke: { value: gridLine },
          strokeWidth: { value: 0.6 },
        },
      },
      signals: [
        { name: 'width', value: width },
        { name: 'height', value: height },
      ],
      ...content,
      marks: [
        // A mark, not the group's title: its place must not depend on the axes' labels, or titles of a row would not
        // align.
        {
          type: 'text',
          encode: {
            update: {
              x: { value: width / 2 },
              y: { value: -6 - titleHeight * (titles[index]!.length - 1) },
              align: { value: 'center' },
              text: { value: titles[index] },
              lineHeight: { value: titleHeight },
              fontSize: { value: 10 },
              fill: { value: ink },
              limit: { value: width + margin - 8 },
            },
          },
        },
        ...((content['marks'] as Vega[] | undefined) ?? []),
      ],
    })),
  };
}

/** Pixels from one line of a title to the next, and what a letter of it takes at most on average. */
const [titleHeight, letter] = [12, 5.8];

/** Breaks a panel's title between words, so that none of its options is cut. */
function titleLines(title: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of title.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && longer.length * letter <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The name of a group's panel, with so many of it before: Vega wants every name once. */
const panelName = (group: string, before: number): string =>
  before === 0 ? `panel:${group}` : `panel:${group}\t${before + 1}`;
