/** What data set plugins are made of. */
export { datasetOf } from './dataset-of.ts';
export type { DatasetParts } from './dataset-of.ts';
export { digestOf } from './digest-of.ts';
export type { ImageStore } from './image-store.ts';
export { memoryStore } from './memory-store.ts';
export { scalePixels } from './scale-pixels.ts';
export { splitOf } from './split-of.ts';
export type { SplitParts } from './split-of.ts';
export { dataFile, locateFile, locateFolder } from './data-file.ts';
export type { DataFile, DataPlace } from './data-file.ts';
export { splitAmounts, countsOf } from './split-amounts.ts';
export type { SplitAmounts, SplitCounts } from './split-amounts.ts';
export { cutRows } from './cut-rows.ts';
export type { RowsByRole } from './cut-rows.ts';
