import type { Kind } from '../../../contracts/plugin.ts';
import type { Template } from './template.ts';
import { augmentationTemplate } from './augmentation.ts';
import { backboneTemplate } from './backbone.ts';
import { datasetTemplate } from './dataset.ts';
import { distanceTemplate } from './distance.ts';
import { evaluatorTemplate } from './evaluator.ts';
import { figureTemplate } from './figure.ts';
import { headTemplate } from './head.ts';
import { launcherTemplate } from './launcher.ts';
import { lossTemplate } from './loss.ts';
import { minerTemplate } from './miner.ts';
import { optimizerTemplate } from './optimizer.ts';
import { postProcessorTemplate } from './post-processor.ts';
import { reducerTemplate } from './reducer.ts';
import { regularizerTemplate } from './regularizer.ts';
import { samplerTemplate } from './sampler.ts';
import { scheduleTemplate } from './schedule.ts';
import { trackerTemplate } from './tracker.ts';

/** What a new plugin of each kind begins as. */
export const templates: Readonly<Record<Kind, Template>> = {
  loss: lossTemplate,
  distance: distanceTemplate,
  miner: minerTemplate,
  reducer: reducerTemplate,
  regularizer: regularizerTemplate,
  dataset: datasetTemplate,
  augmentation: augmentationTemplate,
  sampler: samplerTemplate,
  backbone: backboneTemplate,
  head: headTemplate,
  evaluator: evaluatorTemplate,
  'post-processor': postProcessorTemplate,
  optimizer: optimizerTemplate,
  schedule: scheduleTemplate,
  figure: figureTemplate,
  tracker: trackerTemplate,
  launcher: launcherTemplate,
};
