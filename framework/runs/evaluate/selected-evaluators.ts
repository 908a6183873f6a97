import { parse } from 'yaml';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue, CatalogueEntry } from '../../plugins/catalogue.ts';
import { optionTable } from '../../plugins/option-table.ts';
import type { PluginUse } from '../../experiment/spec/spec.ts';
import { parseOptions } from '../../plugins/parse-options.ts';

/** An evaluator and its options, every default filled in. */
export interface SelectedEvaluator {
  readonly use: PluginUse;
  readonly entry: CatalogueEntry<'evaluator'>;
}

/** What a command line asks for. */
export interface EvaluatorChoice {
  /** Names of evaluators; all of `known` where there are none. */
  readonly names: readonly string[];
  /** `option=value` for every evaluator that has the option, `name.option=value` for one. Values as YAML reads them. */
  readonly settings: readonly string[];
  /** What a run's spec names; their options stand where nothing else is said. */
  readonly known: readonly PluginUse[];
}

/**
 * Loads the evaluators that a command line chooses, with their options checked.
 *
 * @param from folder that paths and npm specifiers start at
 * @throws AblateError USAGE, PLUGIN_NOT_FOUND, PLUGIN_OPTIONS
 */
export async function selectedEvaluators(
  { names, settings, known }: EvaluatorChoice,
  catalogue: Catalogue,
  from: string,
): Promise<SelectedEvaluator[]> {
  const wanted = names.length > 0 ? names : known.map(({ plugin }) => plugin);
  const chosen = await Promise.all(
    wanted.map(async (plugin) => {
      const entry = await catalogue.load('evaluator', plugin, from);
      const options = known.find((use) => use.plugin === plugin)?.options ?? {};
      return { plugin, entry, options: structuredClone(options) as Record<string, unknown> };
    }),
  );
  for (const setting of settings) {
    const { target, path, value } = parsed(setting, wanted);
    const takers = chosen.filter(
      ({ plugin, entry }) =>
        (target === undefined || plugin === target) &&
        optionTable(entry.manifest.schema).some(({ option }) => option === path[0]),
    );
    if (takers.length === 0) {
      const options = chosen.map(
        ({ plugin, entry }) =>
          `${plugin}: ${
            optionTable(entry.manifest.schema)
              .map(({ option }) => option)
              .join(', ') || 'none'
          }`,
      );
      throw new AblateError(
        'USAGE',
        `--set ${setting}: ${target ?? 'no evaluator chosen'} ${target ? 'has no' : 'has the'} option "${path[0]}".`,
        { remedy: `Options of ${options.join('; of ')}.` },
      );
    }
    for (const { options } of takers) setAt(options, path, value);
  }
  return chosen.map(({ plugin, entry, options }) => ({
    entry,
    use: { plugin, options: parseOptions(entry.manifest, options) },
  }));
}

function parsed(
  setting: string,
  plugins: readonly string[],
): { target: string | undefined; path: string[]; value: unknown } {
  const equals = setting.indexOf('=');
  if (equals < 1)
    throw new AblateError('USAGE', `--set ${setting} is not option=value.`, {
      remedy: 'Write --set recallAt=[1,10], or --set retrieval.recallAt=[1,10]',
    });
  const name = setting.slice(0, equals);
  const target = plugins.find((plugin) => name.startsWith(`${plugin}.`));
  return {
    target,
    path: (target === undefined ? name : name.slice(target.length + 1)).split('.'),
    value: parse(setting.slice(equals + 1)) as unknown,
  };
}

function setAt(options: Record<string, unknown>, [key, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) options[key!] = value;
  else setAt((options[key!] ??= {}) as Record<string, unknown>, rest, value);
}
