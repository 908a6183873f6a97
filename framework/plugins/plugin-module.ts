import { ContainerModule, type ServiceIdentifier } from 'inversify';
import type { Components, Contexts, Kind, PluginManifest } from '../contracts/plugin.ts';
import { AblateError } from '../errors/ablate-error.ts';

/**
 * The container module of one use of a plugin: binds `token`, as a singleton, to what its factory makes of the options and
 * of the context that stands under `contextToken`. What a factory throws carries the plugin's name.
 */
export function pluginModule<K extends Kind>(
  manifest: PluginManifest<K>,
  options: unknown,
  token: ServiceIdentifier<Components[K]>,
  contextToken: ServiceIdentifier<Contexts[K]>,
): ContainerModule {
  const create = async (context: Contexts[K]): Promise<Components[K]> => {
    try {
      return await manifest.create(options as never, context);
    } catch (cause) {
      if (cause instanceof AblateError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AblateError('PLUGIN_OPTIONS', `${manifest.kind} "${manifest.name}" could not be made: ${reason}`, { cause });
    }
  };
  return new ContainerModule(({ bind }) => {
    bind(token).toResolvedValue(create as never, [contextToken] as never).inSingletonScope();
  });
}
