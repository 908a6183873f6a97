import type { Project } from './project.ts';

/** Tell apart small drawings or characters, of classes that training never saw. */
export const characters: Project = {
  summary: 'Tell apart small drawings or characters, of classes that training never saw.',
  layout: `data/
  alphabet-1-a/       a folder a character
    01.png            any size: made gray, 28 × 28
    02.png
  alphabet-1-b/
    …`,
  notes: [
    'The matrix asks what center loss adds to softmax: λ 0 is softmax alone. Classes are split, not pictures.',
    'Omniglot as it is published is a data set of its own: `npx ablate describe omniglot`.',
  ],
  spec: `name: characters
description: Does center loss help in telling characters apart that training never saw?
dataset:
  image-folder: {path: data, size: 28, color: gray, split: {by: class, shares: [0.6, 0.2, 0.2]}}
augment: {train: [pad-crop: {padding: 2}, rotate: {degrees: [-10, 10]}]}
backbone: {conv-4: {embedding: 64}}
head: linear
losses: [softmax, center: {lambda: 0.01}]
optimizer: {adam: {}}
schedule: {step: {rate: 1.0e-3, at: [10], factor: 0.1}}
train: {epochs: 15, batch: 64, validateEvery: 1, keepBest: {metric: validation/MAP@R}}
evaluate: [retrieval, class-statistics]
figures: [embedding-projection, learning-curves]
matrix:
  losses.center.lambda: [0, 0.003, 0.01, 0.03]
  seed: [1, 2, 3]
profiles:
  smoke: {~matrix: , train: {epochs: 1, steps: 2, batch: 8}}
`,
};
