import type { Template } from './template.ts';

/** A tracker: counts of a journal's events. */
export const trackerTemplate: Template = {
  summary: "Writes how many events of each type a run's journal holds.",
  options: [
    {
      name: 'file',
      zod: "z.string().regex(/^[\\w.-]+$/, 'file is a name within the run\\'s folder')",
      type: 'string',
      default: "'events.json'",
      meaning: "file in the run's folder",
    },
  ],
  maths: ({ camel, pascal }) => `import { join } from 'node:path';
import { z⟦, type RunFolder, type Tracker⟧ } from 'ablate-ml';
import { JournalReader, writeAtomically } from 'ablate-ml/runs';

/** The journal on disk is the truth: a tracker reads it, and never makes training wait or fail. */
export function ${camel}({ file }⟦: ${pascal}Options⟧)⟦: Tracker⟧ {
  let run⟦: RunFolder | undefined⟧;
  return {
    start(folder) {
      run = folder;
    },
    async finish() {
      try {
        const counts⟦: Record<string, number>⟧ = {};
        for (const { type } of new JournalReader(run⟦!⟧.journal).records()) counts[type] = (counts[type] ?? 0) + 1;
        await writeAtomically(join(run⟦!⟧.directory, file), JSON.stringify(counts));
        return { complete: true };
      } catch (error) {
        return { complete: false, problem: \`\${file} could not be written: \${error instanceof Error ? error.message : String(error)}\` };
      }
    },
  };
}
`,
  manifest: ({ camel }) => `  create: (options) => ${camel}(options),`,
  tests: ({ camel }) => `test('a run that is not there is told, and no exception', async () => {
  const tracker = ${camel}({ file: 'events.json' });
  expect(await tracker.finish()).toMatchObject({ complete: false, problem: expect.stringContaining('events.json') });
});
`,
  equation: '    count(type) = #{event of the journal : its type}',
  limits: 'Written once, at the end of a run.',
  spec: 'tracking: [USE]',
  replaces: [],
};
