import type { RunContext } from './run-context.ts';
import path from 'node:path';
import { getBackend, type Tensor } from '@tensorflow/tfjs';
import { Container, type ServiceIdentifier } from 'inversify';
import type { ColumnNeeds, Columns } from '../../contracts/column.ts';
import type { Backbone } from '../../contracts/backbone.ts';
import type { Dataset } from '../../contracts/dataset.ts';
import type { Parameter } from '../../contracts/parameter.ts';
import type { PostProcessor } from '../../contracts/post-processor.ts';
import type { Components, Contexts, InnerUse, Kind, LossPart } from '../../contracts/plugin.ts';
import type { Sampler } from '../../contracts/sampler.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { makeComponent } from '../../plugins/make-component.ts';
import { pluginModule } from '../../plugins/plugin-module.ts';
import { classWeights, weighedByClass } from '../../math/logits/class-weights.ts';
import { frameworkVersion } from '../../base/system/version.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import type { PluginUse, RunSpec } from '../../experiment/spec/spec.ts';
import { cachedFeatures } from './cached-features.ts';
import { Clock } from './clock.ts';
import { augmentOf } from './augment-of.ts';
import { columnReaders, lossNeeds } from './column-readers.ts';
import { requireColumns } from './require-columns.ts';
import { columnSize, withColumns } from './seen-columns.ts';
import { classCounts, trainingShape, trainingSplit } from './training-split.ts';
import { isExact } from '../../experiment/spec/micro-batch-count.ts';
import { liveOptions } from './live-options.ts';
import { numberedNames } from './numbered-names.ts';
import { Mixer } from './mixer.ts';
import { normalizedBackbone } from './normalized-backbone.ts';
import { datasetContext, preparedDataset, samplerContext } from './open-data.ts';
import { optimizerGroups } from './optimizer-groups.ts';
import { qualified } from './qualified.ts';
import { resolveInnerUse } from '../../plugins/resolve-inner-use.ts';
import { freeze } from './freezing.ts';
import { grouped } from './parameter-groups.ts';
import { isScheduled, scheduledValue } from './scheduled-value.ts';
import type { OptimizedGroup, Session, WeightedLoss } from './session.ts';
import { taughtBy } from './taught-by.ts';
import { teacherRows } from '../../data/embeddings/teacher-rows.ts';
import { tokens } from './tokens.ts';
import { weightAverage } from './weight-average.ts';

/**
 * Tells where an evaluator's random numbers come from: its name alone, so that its intervals do not depend on what else
 * is evaluated.
 */
export const evaluatorScope = (plugin: string): string => `evaluate/${plugin}`;

/**
 * Builds one run's container from its spec and resolves it. The device must have been chosen.
 *
 * @throws AblateError of whichever plugin cannot be made
 */
export async function compose(spec: RunSpec, runContext: RunContext): Promise<Session> {
  const { catalogue, baseDirectory, cacheDirectory } = runContext;
  const streams = new RandomStreams(spec.seed);
  const container = new Container();
  const use = async <K extends Kind>(
    kind: K,
    plugin: PluginUse,
    token: ServiceIdentifier<Components[K]>,
    context: (container: Container) => Promise<Contexts[K]>,
    live = false,
  ): Promise<string> => {
    const entry = await catalogue.load(kind, plugin.plugin, baseDirectory);
    const contextToken = Symbol(`${kind} context`) as ServiceIdentifier<Contexts[K]>;
    container.bind(contextToken).toDynamicValue(() => context(container) as never);
    const options = live ? liveOptions(plugin.options, await container.getAsync(tokens.clock)) : plugin.options;
    await container.load(pluginModule(entry, options, token, contextToken));
    return entry.manifest.name;
  };
  const files = { baseDirectory, cacheDirectory, signal: runContext.signal };

  const augment = await augmentOf(spec.augment, { catalogue, baseDirectory, streams });
  await use('dataset', spec.dataset, tokens.source, async () => datasetContext(runContext, streams, augment));
  container
    .bind(tokens.dataset)
    .toResolvedValue((source: Dataset) => preparedDataset(source, spec, augment, streams), [tokens.source])
    .inSingletonScope();
  requireColumns(await container.getAsync(tokens.dataset), await columnReaders(spec, runContext));
  await use('sampler', spec.sampler, tokens.sampler, async (from) =>
    samplerContext(spec, streams, await from.getAsync(tokens.dataset)),
  );
  container
    .bind(tokens.clock)
    .toResolvedValue(
      (sampler: Sampler) =>
        new Clock(
          Math.min(spec.train.epochs * sampler.stepsPerEpoch, spec.train.steps ?? Infinity),
          sampler.stepsPerEpoch,
        ),
      [tokens.sampler],
    )
    .inSingletonScope();
  await use('backbone', spec.backbone, tokens.backbone, async (from) => ({
    streams: streams.scoped('backbone'),
    imageShape: trainingShape(await from.getAsync(tokens.dataset)),
    ...files,
  }));
  /** Makes what a plugin wraps or is made of, with the wrapper's context but for its random numbers. */
  function innerMaker<Of extends LossPart | 'optimizer' | 'schedule' | 'post-processor'>(context: Contexts[Of]) {
    return async function component<K extends Of>(kind: K, inner: InnerUse): Promise<Components[K]> {
      const { entry, options } = await resolveInnerUse(kind, inner, runContext);
      const streams = context.streams.scoped(entry.manifest.name);
      return makeComponent(entry, options, { ...context, streams, component } as Contexts[K]);
    };
  }
  const classContext = async (scope: string, needs: ColumnNeeds = {}): Promise<Contexts['loss']> => {
    const [dataset, backbone]: [Dataset, Backbone] = [
      await container.getAsync(tokens.dataset),
      await container.getAsync(tokens.backbone),
    ];
    const context = {
      streams: streams.scoped(scope),
      dim: backbone.dim,
      classes: trainingSplit(dataset).classNames.length,
      classCounts: classCounts(trainingSplit(dataset)),
      batch: spec.train.batch,
      warn: runContext.warn,
      columns: sizesOf(trainingSplit(dataset).columns, needs),
    };
    const component = innerMaker<LossPart>(context);
    return { ...context, component };
  };
  if (spec.head) await use('head', spec.head, tokens.head, () => classContext('head'));
  const manifestNames: string[] = [];
  for (const [index, loss] of spec.losses.entries()) {
    const { columns } = await lossNeeds(loss, runContext);
    manifestNames.push(
      await use('loss', loss, tokens.loss(index), () => classContext(`losses/${index}`, columns), true),
    );
  }
  await use('schedule', spec.schedule, tokens.schedule, async () => {
    const context = { streams: streams.scoped('schedule') };
    return { ...context, component: innerMaker<'schedule'>(context) };
  });
  const after = spec.evaluate.map((): PostProcessor[] => []);
  for (const [index, evaluator] of spec.evaluate.entries()) {
    await use('evaluator', evaluator, tokens.evaluator(index), async () => {
      const context = { streams: streams.scoped(evaluatorScope(evaluator.plugin)) };
      const component = innerMaker<'post-processor'>(context);
      return {
        ...context,
        async component(kind: 'post-processor', inner: InnerUse) {
          const made = await component(kind, inner);
          after[index]!.push(made);
          return made;
        },
      };
    });
  }

  const [images, sampler, clock] = [
    await container.getAsync(tokens.dataset),
    await container.getAsync(tokens.sampler),
    await container.getAsync(tokens.clock),
  ];
  const normalized = normalizedBackbone(
    await container.getAsync(tokens.backbone),
    spec.backbone.normalize,
    images.imageShape,
  );
  const frozen = freeze(normalized, spec.backbone.freeze, sampler.stepsPerEpoch);
  const isAugmented = (spec.augment?.train.length ?? 0) > 0;
  const { seed, threads } = spec;
  const { plugin, options, normalize, cache } = spec.backbone;
  const cached =
    cache &&
    cachedFeatures(images, normalized, frozen.still, {
      // Augmentations of evaluation may draw, each from the seed.
      settings: [
        frameworkVersion,
        getBackend(),
        threads,
        spec.augment && [seed, spec.augment.test],
        plugin,
        options,
        normalize,
      ],
      isAugmented,
      kept: runContext.features,
    });
  const dataset = cached ? cached.dataset : images;
  const backbone = cached
    ? freeze(cached.backbone, spec.backbone.freeze, sampler.stepsPerEpoch, normalized).backbone
    : frozen.backbone;
  requireOneSize(images, backbone, spec.backbone.plugin);
  if (isExact(spec.train) && backbone.parameters.some(({ trainable }) => !trainable))
    runContext.warn?.(
      'train.accumulate: batch normalization takes the statistics of each part by itself; all else is as with the whole batch.',
    );
  if (runContext.ranks && !spec.train.syncBatchNorm && backbone.parameters.some(({ trainable }) => !trainable))
    runContext.warn?.(
      'train.ranks: batch normalization takes the statistics of each rank by itself, and the running ones are their mean; train.syncBatchNorm: true takes those of the whole batch.',
    );
  const schedule = await container.getAsync(tokens.schedule);
  const head = spec.head ? await container.getAsync(tokens.head) : undefined;
  const losses: WeightedLoss[] = [];
  const constants: Tensor[] = [];
  const parameters: Parameter[] = [
    ...qualified(
      'backbone',
      grouped(backbone.parameters, spec.backbone.parameters, 'backbone.parameters', normalized.blocks),
    ),
    ...qualified('head', grouped(head?.parameters ?? [], spec.head?.parameters, 'head.parameters')),
  ];
  for (const [index, name] of numberedNames(manifestNames).entries()) {
    const { weight, classWeights: classWeighting, rowWeights, teacher, parameters: group } = spec.losses[index]!;
    let loss = await container.getAsync(tokens.loss(index));
    const needs = await lossNeeds(spec.losses[index]!, runContext);
    if (needs.columns || rowWeights) {
      const seeing = withColumns(loss, trainingSplit(dataset).columns ?? {}, { needs: needs.columns, rowWeights });
      loss = seeing.loss;
      constants.push(...seeing.tensors);
    }
    if (classWeighting) loss = weighedByClass(loss, classWeights(classWeighting, classCounts(trainingSplit(dataset))));
    if (teacher) {
      const taught = taughtBy(loss, await teacherRows(path.resolve(baseDirectory, teacher), trainingSplit(dataset)));
      loss = taught.loss;
      constants.push(taught.embedding);
    }
    losses.push({ name, loss, needs, weight: () => (isScheduled(weight) ? scheduledValue(weight, clock) : weight) });
    parameters.push(...qualified(`losses/${name}`, grouped(loss.parameters, group, `losses.${index}.parameters`)));
  }
  const average =
    spec.train.average &&
    weightAverage(
      parameters.filter(({ name }) => /^(?:backbone|head)\//.test(name)),
      spec.train.average,
      sampler.stepsPerEpoch,
    );
  const groups = await optimizerGroups(
    parameters,
    spec,
    (name) => (name.startsWith('backbone/') ? frozen.since(name.slice('backbone/'.length)) : 0),
    async (name, optimizer) => {
      await use('optimizer', optimizer, tokens.optimizer(name), async () => {
        const context = { streams: streams.scoped('optimizer') };
        return { ...context, component: innerMaker<'optimizer'>(context) };
      });
      return container.getAsync(tokens.optimizer(name));
    },
    (step) => schedule.rate(clock.at(step)),
    runContext,
  );
  requireTrained(groups, frozen.thaws);
  const evaluators = await Promise.all(
    spec.evaluate.map(async ({ plugin }, index) => ({
      name: plugin,
      evaluator: await container.getAsync(tokens.evaluator(index)),
      after: after[index]!,
    })),
  );
  if (sampler.stepsPerEpoch < 1) {
    throw new AblateError(
      'SPEC_INVALID',
      `The sampler makes no batch of ${spec.train.batch} images from ${trainingSplit(dataset).length} training images.`,
      { remedy: 'Lower train.batch.' },
    );
  }
  const kept = [
    ...parameters,
    ...(average?.parameters ?? []),
    ...groups.flatMap(({ optimizer }) => qualified('optimizer', optimizer.slots)),
  ];
  return {
    seed: spec.seed,
    dataset,
    train: trainingSplit(dataset),
    sampler,
    backbone,
    head,
    losses,
    groups,
    clock,
    thawed: Math.max(0, ...frozen.thaws),
    evaluators,
    schedule,
    average,
    ranks: runContext.ranks,
    syncBatchNorm: spec.train.syncBatchNorm,
    views: spec.augment?.views ?? 1,
    mixer: spec.augment?.mix && new Mixer(spec.augment.mix, trainingShape(dataset), streams.scoped('mix')),
    parameters: kept,
    async close() {
      for (const { variable, rows } of kept) {
        variable.dispose();
        rows?.dispose();
      }
      for (const tensor of constants) tensor.dispose();
      await dataset.close?.();
      await container.unbindAll();
    },
  };
}

/** Kind and size of the columns that a loss needs. */
const sizesOf = (columns: Columns = {}, needs: ColumnNeeds): NonNullable<Contexts['loss']['columns']> =>
  Object.fromEntries(
    Object.keys(needs).map((name) => [name, { kind: columns[name]!.kind, size: columnSize(columns[name]!) }]),
  );

/**
 * @throws AblateError SPEC_INVALID where images of training and test differ in size, and the backbone takes one alone
 */
function requireOneSize({ imageShape, trainingShape: own }: Dataset, { anySize }: Backbone, plugin: string): void {
  if (!own || anySize) return;
  const words = ([height, width]: readonly number[]): string => `${height} × ${width}`;
  throw new AblateError(
    'SPEC_INVALID',
    `augment gives images of ${words(own)} pixels for training and of ${words(imageShape)} for test, and the backbone "${plugin}" takes one size alone.`,
    {
      remedy: 'Have both lists end with one size, or take a backbone that pools over the whole image, such as resnet.',
    },
  );
}

/** @throws AblateError SPEC_INVALID where some steps of the run would train nothing */
function requireTrained(groups: readonly OptimizedGroup[], thaws: readonly number[]): void {
  const first = Math.min(...groups.map(({ since }) => since));
  if (first === 0) return;
  throw new AblateError(
    'SPEC_INVALID',
    thaws.includes(first)
      ? `backbone.freeze leaves nothing to train in the first ${first} steps: losses and head have no parameters.`
      : 'backbone.freeze leaves nothing to train: losses and head have no parameters.',
    { remedy: 'Freeze less, or add a head.' },
  );
}
