/** What a plugin author imports: contracts, `tf`, `z`, and the shared mathematics. */
export * as tf from './devices/tf.ts';
export { z } from 'zod';
export { frameworkVersion } from './base/system/version.ts';
export { definePlugin } from './plugins/define-plugin.ts';
export { AblateError } from './base/errors/ablate-error.ts';
export type { ErrorCode } from './base/errors/codes.ts';
export { Random } from './base/random/random.ts';
export { RandomStreams } from './base/random/random-streams.ts';
export { ops } from './math/ops/ops.ts';
export type { Ops } from './math/ops/ops.ts';
export { customGradient, differentiated } from './math/ops/custom-gradient.ts';
export type { Differentiated } from './math/ops/custom-gradient.ts';
export { withoutGradient } from './math/ops/without-gradient.ts';
export { normalize } from './math/logits/normalize.ts';
export { linearScores } from './math/logits/linear-scores.ts';
export { cosineScores } from './math/logits/cosine-scores.ts';
export { classificationLoss } from './math/logits/classification-loss.ts';
export type { ClassificationLoss } from './math/logits/classification-loss.ts';
export { classificationOptions } from './math/logits/classification-options.ts';
export type { ClassificationOptions, ClassificationOptionsOf } from './math/logits/classification-options.ts';
export { rowLosses } from './math/logits/row-losses.ts';
export { classSizeMargin, classSizeMargins } from './math/logits/class-size-margins.ts';
export type { ClassSizeMargin } from './math/logits/class-size-margins.ts';
export { filterSimilarClasses, interclassFilter } from './math/logits/filter-similar-classes.ts';
export { batchMean } from './math/logits/batch-mean.ts';
export { targetCosine } from './math/logits/target-cosine.ts';
export { replaceTarget } from './math/logits/replace-target.ts';
export { cosOfAnglePlus } from './math/logits/cos-of-angle-plus.ts';
export { angleOf } from './math/logits/angle-of.ts';
export { angularMargin } from './math/logits/angular-margin.ts';
export type { AngularMarginOptions } from './math/logits/angular-margin.ts';
export { marginOptions } from './math/logits/margin-options.ts';
export { multipliedAngle } from './math/logits/multiplied-angle.ts';
export type { AnnealedAngle } from './math/logits/multiplied-angle.ts';
export { straightThrough } from './math/logits/straight-through.ts';
export { rowNorms } from './math/logits/row-norms.ts';
export { cosineSimilarities } from './math/pairs/cosine-similarities.ts';
export { euclideanDistances } from './math/pairs/euclidean-distances.ts';
export { squaredDistances } from './math/pairs/squared-distances.ts';
export { pairMasks } from './math/pairs/pair-masks.ts';
export type { PairMasks } from './math/pairs/pair-masks.ts';
export { pairEmbeddings } from './math/pairs/pair-embeddings.ts';
export { rowHasAny } from './math/pairs/row-has-any.ts';
export { maskedLogSumExp } from './math/pairs/masked-log-sum-exp.ts';
export { maskedMean } from './math/pairs/masked-mean.ts';
export type { PairReduction } from './math/pairs/masked-mean.ts';
export { mineTriplets } from './math/pairs/mine-triplets.ts';
export type { MinedTriplets, TripletMining } from './math/pairs/mine-triplets.ts';
export { maskedSoftmax } from './math/pairs/masked-softmax.ts';
export { supervisedContrastiveMean } from './math/pairs/supervised-contrastive-mean.ts';
export { tupletMean } from './math/pairs/tuplet-mean.ts';
export { softRanks } from './math/pairs/soft-ranks.ts';
export { softHistogram } from './math/pairs/soft-histogram.ts';
export type { HistogramRange } from './math/pairs/soft-histogram.ts';
export { huber } from './math/pairs/huber.ts';
export { lpDistances } from './math/pairs/lp-distances.ts';
export { distanceOptions, measuredDistances } from './math/pairs/measured-distances.ts';
export type { DistanceOptions } from './math/pairs/measured-distances.ts';
export { snrDistances } from './math/pairs/snr-distances.ts';
export { poincareDistances } from './math/pairs/poincare-distances.ts';
export type { PoincareBall } from './math/pairs/poincare-distances.ts';
export { inBlocks, joinBlocks } from './math/pairs/in-blocks.ts';
export { tripletMean } from './math/pairs/triplet-mean.ts';
export type { TripletTerm } from './math/pairs/triplet-mean.ts';
export { pairLossOf } from './math/pairs/pair-loss-of.ts';
export { DenseClassTable } from './math/class-tables/dense-class-table.ts';
export { createClassTable } from './math/class-tables/create-class-table.ts';
export { requireRoomForAll } from './math/class-tables/require-room.ts';
export { SampledRows } from './math/class-tables/sampled-rows.ts';
export { ClassSampler } from './math/class-tables/class-sampler.ts';
export { fanInUniform, glorotUniform, heNormal, normal } from './math/layers/initializers.ts';
export type { InitialWeights } from './math/layers/initializers.ts';
export { parameterOf } from './math/layers/parameter-of.ts';
export { dense } from './math/layers/dense.ts';
export type { DenseOptions } from './math/layers/dense.ts';
export { convolution } from './math/layers/convolution.ts';
export type { ConvolutionOptions } from './math/layers/convolution.ts';
export { prelu } from './math/layers/prelu.ts';
export { relu } from './math/layers/relu.ts';
export { maxPool } from './math/layers/max-pool.ts';
export { depthwiseConvolution } from './math/layers/depthwise-convolution.ts';
export type { DepthwiseConvolutionOptions } from './math/layers/depthwise-convolution.ts';
export { sequence } from './math/layers/sequence.ts';
export {
  activations,
  gelu,
  hardSigmoid,
  hardSwish,
  quickGelu,
  relu6,
  sigmoid,
  silu,
} from './math/layers/activations.ts';
export { selfAttention } from './math/layers/attention.ts';
export type { AttentionOptions } from './math/layers/attention.ts';
export { averagePool } from './math/layers/average-pool.ts';
export { dropout, dropPath } from './math/layers/dropping.ts';
export { embeddingTail, tailColumns, tailOptions } from './math/layers/embedding-tail.ts';
export type { TailOptions } from './math/layers/embedding-tail.ts';
export { layerNormalization } from './math/layers/layer-normalization.ts';
export { layerScale } from './math/layers/layer-scale.ts';
export type { NeckStep } from './math/layers/neck.ts';
export { overRows } from './math/layers/over-rows.ts';
export { mapPooling, placePooling, poolings } from './math/layers/pooling.ts';
export type { Pooling } from './math/layers/pooling.ts';
export { preparationOption, preparationOf, preparations, preparedInput } from './math/layers/prepared-input.ts';
export type { InputPreparation, PreparationOption } from './math/layers/prepared-input.ts';
export { resamplePositions } from './math/layers/resample-positions.ts';
export type { PositionResampling } from './math/layers/resample-positions.ts';
export { squeezeExcitation } from './math/layers/squeeze-excitation.ts';
export type { SqueezeExcitationOptions } from './math/layers/squeeze-excitation.ts';
export { pretrained, pretrainedOptions } from './records/checkpoints/pretrained.ts';
export { residual } from './math/layers/residual.ts';
export { inspectWeights, loadWeights } from './records/checkpoints/load-weights.ts';
export type { WeightsFit } from './records/checkpoints/load-weights.ts';
export type { FileArray, LibraryNames, PytorchNames } from './records/checkpoints/weight-names.ts';
export { batchNormalization } from './math/layers/batch-normalization.ts';
export type { BatchNormalizationOptions } from './math/layers/batch-normalization.ts';
export type { Layer } from './math/layers/layer.ts';
export { Slots } from './math/optimizers/slots.ts';
export { scalars } from './math/optimizers/scalars.ts';
export { weightDecayOf } from './math/optimizers/weight-decay-of.ts';
export { perParameter } from './math/optimizers/per-parameter.ts';
export type { ParameterStep } from './math/optimizers/per-parameter.ts';
export { trustRatio } from './math/optimizers/trust-ratio.ts';
export type { TrustRatioOptions } from './math/optimizers/trust-ratio.ts';
export { innerOptimizer, refuseSampledRows } from './math/optimizers/inner-optimizer.ts';
export { innerUseSchema } from './plugins/inner-use-schema.ts';
export { adaptiveMoments } from './math/optimizers/adaptive-moments.ts';
export type { AdaptiveMomentsOptions } from './math/optimizers/adaptive-moments.ts';
export { unitRows } from './math/metrics/unit-rows.ts';
export { finiteNorms } from './math/metrics/finite-norms.ts';
export { similarityOf } from './math/metrics/similarity.ts';
export type { DistanceMeasure, Similarity } from './math/metrics/similarity.ts';
export type { Rows } from './math/metrics/row-source.ts';
export { rowCount, rowsBetween, rowsFrom, sourceOf } from './math/metrics/row-source.ts';
export type { RowSource } from './math/metrics/row-source.ts';
export { ApproximateIndex, approximateIndexSchema, requireApproximateIndex } from './math/metrics/approximate-index.ts';
export type { ApproximateIndexOptions } from './math/metrics/approximate-index.ts';
export { nearestNeighbors } from './math/metrics/nearest-neighbors.ts';
export type { NeighborOptions, Neighbors } from './math/metrics/nearest-neighbors.ts';
export { countAtLeast } from './math/metrics/count-at-least.ts';
export type { CountOptions } from './math/metrics/count-at-least.ts';
export { bootstrap, weightedMeans } from './math/metrics/bootstrap.ts';
export type { BootstrapOptions, Intervals } from './math/metrics/bootstrap.ts';
export { areaUnder, equalErrorRate, rankScores, rocCurve, rocOf, trueAcceptsAt } from './math/metrics/roc.ts';
export type { RankedScores, Roc } from './math/metrics/roc.ts';
export { OpenSetRates } from './math/metrics/open-set-rates.ts';
export type { OpenSetAnswers } from './math/metrics/open-set-rates.ts';
export { openSetAnswers } from './math/metrics/open-set-answers.ts';
export type { NamedAnswers } from './math/metrics/open-set-answers.ts';
export { canonicalOrder, enrolledClasses, galleryOf } from './math/metrics/gallery-of.ts';
export type { Gallery } from './math/metrics/gallery-of.ts';
export { joinRows, labeledRows, relabeled, rowsAt, rowsWhere, shuffledRows } from './math/metrics/labeled.ts';
export type { Labeled } from './math/metrics/labeled.ts';
export { rowsByLabel } from './math/metrics/rows-by-label.ts';
export { warmupFactor, warmupSchema, warmupSteps } from './math/optimizers/warmup.ts';
export type { Warmup } from './math/optimizers/warmup.ts';
export * from './data/index.ts';
export { startOfProcess } from './base/system/is-process-alive.ts';
export { JournalReader } from './records/journal/journal-reader.ts';
export { JournalIndex } from './records/journal/journal-index.ts';
export type { JournalRecord } from './records/journal/journal-record.ts';
export { readSafetensors, writeSafetensors } from './records/checkpoints/safetensors.ts';
export { checkShard, shardsOf } from './records/checkpoints/shards.ts';
export type { Shard } from './records/checkpoints/shards.ts';
export { readExperimentIdentity } from './records/run-folder/experiment-identity.ts';
export { sweepOverview } from './runs/comparison/sweep-overview.ts';
export type { SweepGroup, SweepOverview } from './runs/comparison/sweep-overview.ts';
export { readSummary } from './records/run-folder/summary.ts';
export type { RunSummary } from './records/run-folder/summary.ts';
export { readProvenance } from './records/provenance/record-provenance.ts';
export type { Provenance } from './records/provenance/provenance.ts';
export { redactSecrets } from './base/system/redact-secrets.ts';
export { readRegularFile } from './base/system/read-regular-file.ts';
export { writeAtomically } from './base/system/write-atomically.ts';
export { whileHolding } from './records/run-folder/while-holding.ts';
export { run } from './app/api/run.ts';
export type { SpecRun } from './app/api/run.ts';
export type { LibraryEvent, RunOfEvent, RunSettings } from './app/api/run-settings.ts';
export type { PlanReport } from './runs/execute/run-plan.ts';
export type { RunOutcome } from './runs/plan/run-outcome.ts';
export type * from './contracts/run-event.ts';
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
} from './figures/figure-theme.ts';
export { lineChart } from './figures/line-chart.ts';
export type { ChartAxis, Line, LineChart, LinePoint } from './figures/line-chart.ts';
export { panelGrid, panelWidth } from './figures/panel-grid.ts';
export type { GridPanel, PanelGrid } from './figures/panel-grid.ts';
export { firstOfGroups, panelsByGroup } from './figures/first-of-groups.ts';
export { bandWords, meanLine, meanLineCount, sampleCurve } from './figures/mean-line.ts';
export { thinnedRows } from './data/images/split-pictures.ts';
export { classLegend, scatterPanel } from './figures/scatter-panel.ts';
export type { ScatterPoint } from './figures/scatter-panel.ts';
export { nameList } from './figures/name-list.ts';
export { classMeans } from './figures/class-means.ts';
export { drawnClasses } from './figures/drawn-classes.ts';
export type { ClassPanel } from './figures/drawn-classes.ts';
export { shortNames } from './figures/short-names.ts';
export type * from './contracts/parameter.ts';
export type * from './contracts/augmentation.ts';
export type * from './contracts/dataset.ts';
export type * from './contracts/sampler.ts';
export type * from './contracts/backbone.ts';
export type * from './contracts/head.ts';
export type * from './contracts/loss.ts';
export type * from './contracts/pair-loss.ts';
export type * from './contracts/class-table.ts';
export type * from './contracts/optimizer.ts';
export type * from './contracts/schedule.ts';
export type * from './contracts/evaluator.ts';
export type * from './contracts/figure.ts';
export type * from './contracts/tracker.ts';
export type * from './contracts/launcher.ts';
export type * from './contracts/run-folder.ts';
export type * from './contracts/plugin.ts';
