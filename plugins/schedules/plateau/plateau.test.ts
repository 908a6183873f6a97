import type { PluginManifest } from 'ablate-ml';
import { referenceRates } from '#test/reference-rates';
import plugin from './index.ts';

referenceRates(plugin as unknown as PluginManifest<'schedule'>);
