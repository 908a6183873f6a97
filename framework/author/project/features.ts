import type { Project } from './project.ts';

/** Compare losses in minutes on embeddings that another network made. */
export const features: Project = {
  summary: 'Compare losses in minutes on embeddings that another network made.',
  layout: `data/
  embeddings.safetensors        embedding [n, dim] and label [n], also .npz or .json`,
  notes: [
    "`npx ablate embed RUN --images DIR --out data/embeddings.safetensors` writes such a file; so does any program that writes NumPy's `.npz` with the arrays `embedding` and `label`.",
    '`hidden: []` trains one linear layer on top. Everything else is as if the network ran each step.',
  ],
  spec: `name: features
description: Which loss learns most from embeddings that another network made?
dataset:
  features: {path: data/embeddings.safetensors, split: {by: class, shares: [0.5, 0.1, 0.4]}}
backbone: {mlp: {hidden: [], embedding: 64}}
head: cosine
sampler: {p-k: {imagesPerClass: 4}}
losses: [proxy-anchor]
optimizer: {adamw: {weightDecay: 1.0e-4}}
schedule: {cosine: {rate: 1.0e-3}}
train: {epochs: 30, batch: 256, validateEvery: 1, keepBest: {metric: validation/MAP@R}}
evaluate: [retrieval, clustering]
figures: [embedding-projection, learning-curves]
matrix:
  losses: [[proxy-anchor], [arcface], [multi-similarity], [triplet]]
  seed: [1, 2, 3]
profiles:
  smoke: {~matrix: , train: {epochs: 1, steps: 2, batch: 8}}
`,
};
