import type { Project } from './project.ts';

/** Find other pictures of a product that training never saw. */
export const products: Project = {
  summary: 'Find other pictures of a product that training never saw.',
  layout: `data/
  sku-10017/          a folder a product
    front.jpg         pictures of any size
    shelf.jpg
  sku-10018/
    …`,
  notes: [
    'Products are split, not pictures: half train, a tenth chooses the epoch, the rest is searched. Recall@1 is the share of pictures whose nearest other picture shows the same product.',
    'For pictures of full size take `size: 224` and `size: 256` in `augment`, and a pretrained network: `npx ablate describe resnet` shows `weights`. Stanford Online Products and In-Shop are data sets of their own: `npx ablate list datasets`.',
  ],
  spec: `name: products
description: Which loss finds other pictures of a product that training never saw?
dataset:
  image-folder: {path: data, size: null, split: {by: class, shares: [0.5, 0.1, 0.4]}}
augment:
  train: [random-resized-crop: {size: 64}, horizontal-flip]
  test: [resize: {size: 72}, center-crop: {size: 64}]
backbone: {resnet: {layers: 18, embedding: 128}}
head: cosine
sampler: {p-k: {imagesPerClass: 4}}
losses: [proxy-anchor]
optimizer: {adamw: {weightDecay: 1.0e-4}}
schedule: {cosine: {rate: 1.0e-3, warmup: {epochs: 1}}}
train: {epochs: 20, batch: 32, validateEvery: 1, keepBest: {metric: validation/MAP@R}}
evaluate: [retrieval: {recallAt: [1, 10, 100]}, clustering]
figures: [retrieval-gallery, learning-curves, embedding-projection]
matrix:
  losses: [[proxy-anchor], [multi-similarity], [triplet]]
  seed: [1, 2, 3]
profiles:
  smoke: {~matrix: , train: {epochs: 1, steps: 2, batch: 8}}
`,
};
