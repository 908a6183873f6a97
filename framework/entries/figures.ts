/** What figures are made of: charts, panels, colors. */
export {
  classColors,
  columnWidth,
  figureWidth,
  fontFamily,
  gridLine,
  groupColors,
  groupDashes,
  ink,
  mutedInk,
  pageWidth,
  paper,
} from '../figures/figure-theme.ts';
export { lineChart } from '../figures/line-chart.ts';
export type { ChartAxis, Line, LineChart, LinePoint } from '../figures/line-chart.ts';
export { panelGrid, panelWidth } from '../figures/panel-grid.ts';
export type { GridPanel, PanelGrid } from '../figures/panel-grid.ts';
export { firstOfGroups, panelsByGroup } from '../figures/first-of-groups.ts';
export { bandWords, meanLine, meanLineCount, sampleCurve } from '../figures/mean-line.ts';
export { thinnedRows } from '../data/images/split-pictures.ts';
export { classLegend, scatterPanel, squareFrame } from '../figures/scatter-panel.ts';
export type { ScatterPoint } from '../figures/scatter-panel.ts';
export { nameList } from '../figures/name-list.ts';
export { classMeans } from '../figures/class-means.ts';
export { drawnClasses } from '../figures/drawn-classes.ts';
export type { ClassPanel } from '../figures/drawn-classes.ts';
export { shortNames } from '../figures/short-names.ts';
