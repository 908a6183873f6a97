import type { Project } from './project.ts';

/** Find a person again in another camera: Market-1501 by the usual recipe. */
export const reId: Project = {
  summary: 'Find a person again in another camera: Market-1501 by the usual recipe.',
  layout: `data/
  Market-1501-v15.09.15/        as the publisher's zip unpacks
    bounding_box_train/
    bounding_box_test/
    query/`,
  notes: [
    'The recipe is that of "Bag of Tricks" (Luo et al., CVPRW 2019): last stride 1, BNNeck, label smoothing, triplet and center loss, random erasing. It expects pretrained weights, which `npx ablate describe resnet` tells how to name, and a GPU for its 120 epochs.',
    "Images of the query's own camera count for nothing (`exclude`), as in the published tables. VeRi-776 is `veri-776`; data of your own with cameras are a `csv` with `columns: {camera: label}`.",
  ],
  spec: `name: re-id
description: Which loss finds a person again in another camera?
dataset: {market-1501: {path: data/Market-1501-v15.09.15, size: [256, 128], fit: fill}}
augment: {train: [horizontal-flip, pad-crop: {padding: 10}, random-erasing: {p: 0.5}]}
backbone: {resnet: {layers: 50, lastStride: 1, embedding: null, neck: [batch-norm]}}
head: {linear: {bias: false}}
sampler: {p-k: {imagesPerClass: 4}}
losses: [softmax: {labelSmoothing: 0.1}, triplet: {margin: 0.3}, center: {lambda: 5.0e-4}]
optimizer: {adam: {weightDecay: 5.0e-4}}
schedule: {step: {rate: 3.5e-4, at: [40, 70], factor: 0.1, warmup: {epochs: 10}}}
train: {epochs: 120, batch: 64}
evaluate:
  - retrieval: {recallAt: [1, 5, 10], wholeRanking: true, exclude: {same: camera}}
figures: [cmc, retrieval-gallery, learning-curves]
profiles:
  smoke: {backbone: {resnet: {layers: 18}}, sampler: {p-k: {imagesPerClass: 2}}, train: {epochs: 1, steps: 2, batch: 8}}
`,
};
