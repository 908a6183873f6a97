import type { Parameter, ParameterGroup } from '../../contracts/parameter.ts';

/**
 * Parameters under their component's name: `kernel` of `backbone` becomes `backbone/kernel`; a spec's group goes over
 * the plugin's.
 */
export function qualified(component: string, parameters: readonly Parameter[], group?: ParameterGroup): Parameter[] {
  return parameters.map((parameter) => ({
    ...parameter,
    name: `${component}/${parameter.name}`,
    ...(group && parameter.trainable && { group: { ...parameter.group, ...group } }),
  }));
}
