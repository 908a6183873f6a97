import type { Project } from './project.ts';

/** Verify and search faces of people that training never saw. */
export const faces: Project = {
  summary: 'Verify and search faces of people that training never saw.',
  layout: `data/
  anna-berg/          a folder a person, any name
    0001.jpg          aligned crops, 112 × 112 or larger
    0002.jpg
  bo-chen/
    …`,
  notes: [
    'Crops should be aligned (eyes at the same place in all of them), as insightface or MTCNN give them. People are split, not pictures: 60 % train, 20 % choose the epoch, 20 % are measured.',
    '`TAR@FAR=1e-2` is the share of true pairs accepted where one in a hundred of false pairs is. For rates below that, measure on more people.',
  ],
  spec: `name: faces
description: Which margin tells people apart that training never saw?
dataset:
  image-folder: {path: data, size: 112, split: {by: class, shares: [0.6, 0.2, 0.2]}}
augment: {train: [horizontal-flip]}
backbone: {mobile-facenet: {embedding: 128}}
head: cosine
losses: [arcface]
optimizer: {sgd: {momentum: 0.9, weightDecay: 5.0e-4}}
schedule: {cosine: {rate: 0.05, warmup: {epochs: 1}}}
train: {epochs: 20, batch: 64, validateEvery: 1, keepBest: {metric: validation/MAP@R}}
evaluate: [verification: {falseAcceptRates: [0.001, 0.01]}, retrieval]
figures: [roc-det, retrieval-gallery, learning-curves]
matrix:
  losses: [[normalized-softmax], [cosface], [arcface]]
  seed: [1, 2, 3]
profiles:
  smoke: {~matrix: , train: {epochs: 1, steps: 2, batch: 8}}
`,
};
