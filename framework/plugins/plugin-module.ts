import { ContainerModule, type ServiceIdentifier } from 'inversify';
import type { Components, Contexts, Kind } from '../contracts/plugin.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { makeComponent } from './make-component.ts';

/**
 * Makes the container module of one use of a plugin: binds `token`, as a singleton, to what its factory makes of the
 * options and of the context that stands under `contextToken`. What a factory throws carries the plugin's name, and so
 * does what its component throws.
 */
export function pluginModule<K extends Kind>(
  entry: CatalogueEntry<K>,
  options: unknown,
  token: ServiceIdentifier<Components[K]>,
  contextToken: ServiceIdentifier<Contexts[K]>,
): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(token)
      .toResolvedValue(
        ((context: Contexts[K]) => makeComponent(entry, options, context)) as never,
        [contextToken] as never,
      )
      .inSingletonScope();
  });
}
