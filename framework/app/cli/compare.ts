import { Option, type Command } from 'commander';
import { comparedSources } from '../../analysis/compare/compared-sources.ts';
import {
  comparisonFormats,
  writeComparison,
  type ComparisonFormat,
} from '../../analysis/compare/comparison-formats.ts';

interface CompareFlags {
  readonly runs: string;
  readonly by?: string;
  readonly metric?: string;
  readonly mode?: 'max' | 'min';
  readonly folds: 'separated' | 'concatenated';
  readonly format: ComparisonFormat;
}

/** Registers `ablate compare DIR|SPEC…` */
export function registerCompare(program: Command): void {
  program
    .command('compare')
    .description('Test which losses differ, on the same seeds and folds.')
    .argument('<dir-or-spec...>', 'folders of experiments, or the specs they were made from')
    .option('--runs <dir>', 'folder that experiments are kept in, where a spec is named', 'runs')
    .option(
      '--by <paths>',
      'paths of the matrix that make the groups, with commas between; by default losses, or where those do not differ all but seed and fold',
    )
    .option(
      '--metric <name>',
      'metric, as MAP@R or map-at-r; by default the first there is of MAP@R, Recall@1, verification-accuracy and accuracy',
    )
    .addOption(
      new Option(
        '--mode <mode>',
        'whether more of the metric is better, or less; by default what its evaluator says',
      ).choices(['max', 'min']),
    )
    .addOption(
      new Option('--folds <kind>', "of a protocol: each fold's model by itself, or those of a seed as one")
        .choices(['separated', 'concatenated'])
        .default('separated'),
    )
    .addOption(new Option('--format <format>', 'how it is written').choices(comparisonFormats).default('table'))
    .action(async (names: string[], { runs: out, by, metric, mode, folds, format }: CompareFlags) => {
      const comparison = await comparedSources(
        names,
        {
          out,
          mode,
          folds,
          ...(by !== undefined && { by: by.split(',').map((path) => path.trim()) }),
          ...(metric !== undefined && { metric }),
        },
        (message) => process.stderr.write(`Warning: ${message}\n`),
      );
      process.stdout.write(`${writeComparison(comparison, format)}
`);
    });
}
