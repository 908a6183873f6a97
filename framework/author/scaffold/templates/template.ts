/** The names of a plugin that is to be: `my-loss`, `myLoss`, `MyLoss`. */
export interface TemplateNames {
  readonly id: string;
  readonly camel: string;
  readonly pascal: string;
}

/** An option of the plugin: its schema and its row in the README come from here. */
export interface TemplateOption {
  readonly name: string;
  /** What zod checks, without default and description: `z.number().positive()`. */
  readonly zod: string;
  readonly type: 'number' | 'string' | 'boolean';
  /** As code; undefined where a spec must give it. */
  readonly default?: string;
  readonly meaning: string;
}

/**
 * What is written for a kind of plugin. The code is TypeScript in which all that JavaScript does not know stands
 * between ⟦ and ⟧, so that both languages come from one text.
 */
export interface Template {
  readonly summary: string;
  readonly options: readonly TemplateOption[];
  /** The module of the function, without the options, which are put behind its imports. */
  readonly maths: (names: TemplateNames) => string;
  /** Lines of the manifest after the schema. */
  readonly manifest: (names: TemplateNames) => string;
  /** Tests worked by hand, below the imports of the test runner, the manifest and the function. */
  readonly tests: (names: TemplateNames) => string;
  /** Names that these tests import, with their modules: an entry of `ablate-ml` or one of Node's. */
  readonly testImports?: Readonly<Record<string, string>>;
  readonly equation: string;
  readonly limits: string;
  /** The lines of the example spec that name the plugin; `USE` stands for the use. */
  readonly spec: string;
  /** Keys of the common example spec that these lines bring themselves. */
  readonly replaces: readonly string[];
}
