import type { Template } from './template.ts';

/** A data set: bars at the angle of their class. */
export const datasetTemplate: Template = {
  summary: 'Bars at an angle that is their class, drawn on the spot.',
  options: [
    { name: 'classes', zod: 'z.int().min(2)', type: 'number', default: '4', meaning: 'angles to tell apart' },
    {
      name: 'perClass',
      zod: 'z.int().min(2)',
      type: 'number',
      default: '40',
      meaning: 'training images of each class; a quarter as many for the test',
    },
    { name: 'size', zod: 'z.int().min(8)', type: 'number', default: '12', meaning: 'side of the images in pixels' },
  ],
  maths: ({ camel, pascal }) => `import { z⟦, type Dataset, type RandomStreams, type Role⟧ } from 'ablate-ml';
import { datasetOf, digestOf, splitOf⟦, type ImageStore⟧ } from 'ablate-ml/data';

/** Draws the images when they are asked for; row r of the store is an image of class r mod classes. */
export function ${camel}({ classes, perClass, size }⟦: ${pascal}Options⟧, streams⟦: RandomStreams⟧)⟦: Dataset⟧ {
  const training = classes * perClass;
  const count = training + classes * Math.ceil(perClass / 4);
  const classNames = Array.from({ length: classes }, (_, label) => \`angle \${Math.round((180 * label) / classes)}°\`);
  const store⟦: ImageStore⟧ = {
    shape: [size, size, 1],
    source: (row) => \`image \${row}\`,
    pixels(rows) {
      const bytes = new Uint8Array(rows.length * size * size);
      rows.forEach((row, place) => bytes.set(draw(row), place * size * size));
      return bytes;
    },
  };
  const draw = (row⟦: number⟧)⟦: Uint8Array⟧ => {
    // A stream of its own for every image: the same pixels in any order, in every run of the seed.
    const random = streams.stream('image', row);
    const angle = (Math.PI * ((row % classes) + random.between(-0.2, 0.2))) / classes;
    return Uint8Array.from({ length: size * size }, (_, at) => {
      const [x, y] = [(at % size) - (size - 1) / 2, Math.floor(at / size) - (size - 1) / 2];
      return Math.max(0, Math.min(255, 255 * Math.exp(-((x * Math.sin(angle) - y * Math.cos(angle)) ** 2)) + 20 * random.uniform()));
    });
  };
  const split = (role⟦: Role⟧, from⟦: number⟧, to⟦: number⟧) => {
    const rows = Int32Array.from({ length: to - from }, (_, index) => from + index);
    return splitOf(role, { store, rows, labels: rows.map((row) => row % classes), classNames });
  };
  return datasetOf({ store, splits: [split('train', 0, training), split('test', training, count)], provenance: { digest: digestOf({ classes, perClass, size }), source: 'generated' } });
}
`,
  manifest: ({ camel }) => `  create: (options, { streams }) => ${camel}(options, streams),`,
  testImports: { RandomStreams: 'ablate-ml' },
  tests: ({ camel }) => `test('as many images of each class as asked for', () => {
  const dataset = ${camel}({ classes: 3, perClass: 4, size: 8 }, new RandomStreams(1));
  expect([...dataset.split('train')⟦!⟧.labels]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
  expect(dataset.split('test')⟦!⟧.length).toBe(3);
});
`,
  equation: '    pixel(x, y) = exp(−(x sin φ − y cos φ)²),   φ = π (label + u) / classes,   u ∈ [−0.2, 0.2]',
  limits: 'Holds no validation split, and no class that training does not see.',
  spec: 'dataset: USE',
  replaces: ['dataset'],
};
