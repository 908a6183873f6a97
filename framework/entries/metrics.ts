/** What evaluators are made of: similarities, neighbors, galleries, curves, intervals. */
export { unitRows } from '../math/metrics/unit-rows.ts';
export { finiteNorms } from '../math/metrics/finite-norms.ts';
export { similarityOf } from '../math/metrics/similarity.ts';
export type { DistanceMeasure, Similarity } from '../math/metrics/similarity.ts';
export { rowCount, rowsBetween } from '../math/metrics/row-source.ts';
export type { Rows, RowSource } from '../math/metrics/row-source.ts';
export {
  ApproximateIndex,
  approximateIndexSchema,
  requireApproximateIndex,
} from '../math/metrics/approximate-index.ts';
export type { ApproximateIndexOptions } from '../math/metrics/approximate-index.ts';
export { nearestNeighbors } from '../math/metrics/nearest-neighbors.ts';
export type { NeighborOptions, Neighbors } from '../math/metrics/nearest-neighbors.ts';
export { countAtLeast } from '../math/metrics/count-at-least.ts';
export type { CountOptions } from '../math/metrics/count-at-least.ts';
export { bootstrap, weightedMeans } from '../math/metrics/bootstrap.ts';
export type { BootstrapOptions, Intervals } from '../math/metrics/bootstrap.ts';
export { areaUnder, equalErrorRate, rankScores, rocCurve, rocOf, trueAcceptsAt } from '../math/metrics/roc.ts';
export type { RankedScores, Roc } from '../math/metrics/roc.ts';
export { farName, OpenSetRates } from '../math/metrics/open-set-rates.ts';
export type { OpenSetAnswers } from '../math/metrics/open-set-rates.ts';
export { groupMetrics, operatingPointsOf, pointValues } from '../math/metrics/operating-points.ts';
export type { RateGroups, RateQuestion } from '../math/metrics/operating-points.ts';
export { calibrationError, fitCalibration, probabilityOf } from '../math/metrics/calibration.ts';
export { afterOption, afterParts, postProcessed } from '../plugins/post-processing.ts';
export { expandByNeighbors } from '../math/metrics/expand-by-neighbors.ts';
export type { Expansion } from '../math/metrics/expand-by-neighbors.ts';
export { openSetAnswers } from '../math/metrics/open-set-answers.ts';
export type { NamedAnswers } from '../math/metrics/open-set-answers.ts';
export { canonicalOrder, enrolledClasses, galleryOf, groupNames } from '../math/metrics/gallery-of.ts';
export type { Gallery } from '../math/metrics/gallery-of.ts';
export {
  joinRows,
  groupColumn,
  labeledRows,
  relabeled,
  rowsAt,
  rowsWhere,
  shuffledRows,
} from '../math/metrics/labeled.ts';
export type { Labeled } from '../math/metrics/labeled.ts';
export { rowsByLabel } from '../math/metrics/rows-by-label.ts';
