import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createCatalogue } from '../../framework/plugins/load-catalogue.ts';
import { loadPlan } from '../../framework/experiment/spec/load-plan.ts';
import { inNewFolder } from './in-new-folder.ts';
import { resultOf } from './paired.ts';
import type { Suite } from './suite.ts';

const base = 'dataset: glyphs\nbackbone: lenet-plus-plus\nhead: linear\nlosses: [softmax]\n';
const searched = `${base}schedule: {constant: {rate: {logUniform: [0.001, 0.3]}}}\nmatrix: {losses: [[softmax: {labelSmoothing: {uniform: [0, 0.3]}}], [softmax, center: {lambda: {logUniform: [0.001, 0.1]}, alpha: {uniform: [0.1, 1]}}]]}\nsearch: {budget: 500}\n`;
const listed = `${base}matrix: {seed: [${Array.from({ length: 1000 }, (_, seed) => seed)}]}\n`;
/** Milliseconds that 1,000 points may take. */
const most = 5000;

/**
 * A search of 1,000 points, expanded and checked, beside a matrix that lists 1,000 runs. @throws Error where it takes
 * longer than 5 s
 */
export const plan: Suite = (pairs) =>
  inNewFolder(async (folder) => {
    const catalogue = await createCatalogue();
    const time = async (text: string): Promise<number> => {
      const file = path.join(folder, 'spec.yaml');
      writeFileSync(file, text);
      const began = performance.now();
      const { runs } = await loadPlan(file, { catalogue, env: {} });
      if (runs.length !== 1000) throw new Error(`The plan has ${runs.length} runs.`);
      return performance.now() - began;
    };
    await time(searched);
    await time(listed);
    const times: [number, number][] = [];
    for (let pair = 0; pair < pairs; pair++) times.push([await time(searched), await time(listed)]);
    const result = resultOf(times);
    if (result.ours > most) throw new Error(`1,000 points took ${Math.round(result.ours)} ms, more than ${most}.`);
    return {
      title: 'Plan: milliseconds to expand and check 1,000 points',
      rows: [{ case: 'search of two losses, 500 points each', peer: 'a matrix of 1,000 seeds', ...result }],
    };
  });
