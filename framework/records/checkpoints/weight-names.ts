/** Names that another library gives the tensors of a network. */
export interface LibraryNames {
  /** Whose they are: `torchvision`. */
  readonly library: string;
  /** A name that only such a file has. */
  readonly sign: RegExp;
  /**
   * Its names → those that `PytorchNames.module` gives, one replacement after the other. A name that ends in `[1]` is
   * the second of several tensors that lie one below the other in one; one that ends in `.T` is transposed.
   */
  readonly renames: readonly (readonly [RegExp, string])[];
}

/** How a PyTorch implementation names the modules of a network. */
export interface PytorchNames {
  /** PyTorch's module of a layer: `stage1/unit2/convolution1` → `layer1.1.conv1`. */
  module(layer: string): string;
  /** Other libraries that have the network under other names; the first whose sign is there counts. */
  readonly libraries?: readonly LibraryNames[];
  /** Names, as `module` gives them, of what no embedding needs: classifiers, the text half of a pair of towers. */
  readonly leftOut?: RegExp;
  /** Layers behind feature maps laid out flat, which PyTorch flattens channel by channel: their maps' sides. */
  readonly flattened?: Readonly<Record<string, readonly [height: number, width: number, channels: number]>>;
  /** Layers that are left as they begin where the file's are missing or of another shape, such as a new classifier. */
  readonly optional?: readonly string[];
  /** Tensors that the network lacks because they are all this number. */
  readonly constant?: Readonly<Record<string, number>>;
  /** Parameters whose value is made of the file's in another way than by its axes: by name. */
  readonly converted?: Readonly<Record<string, (array: FileArray, library: string | undefined) => FileArray>>;
}

/** An array as a file has it. */
export interface FileArray {
  readonly shape: readonly number[];
  readonly numbers: Float32Array;
}

/** A tensor of a file that is, or is part of, one of the network's. */
export interface NamedPart {
  /** Name in the file. */
  readonly name: string;
  /** Which of several that lie one below the other. */
  readonly part: number;
  readonly transposed: boolean;
}

/** A file's tensors by the network's names of them. */
export interface RecognizedNames {
  /** Whose names they are; undefined for the network's own. */
  readonly library: string | undefined;
  readonly parts: ReadonlyMap<string, readonly NamedPart[]>;
}

/** Prefixes that wrappers put before all names: data parallelism, compilation, a trainer's own model. */
const wrappers = /^(?:module\.|_orig_mod\.|backbone\.|model\.|encoder_q\.)/;

/** What no network here has: counters of batches. */
const counters = /(?:^|\.)num_batches_tracked$/;

/** Recognizes whose names a file has, and leaves out what plays no part in an embedding. */
export function recognizeNames(names: readonly string[], known: PytorchNames): RecognizedNames {
  const prefix = commonPrefix(names);
  const plain = names.map((name) => name.slice(prefix.length));
  const library = known.libraries?.find(({ sign }) => plain.some((name) => sign.test(name)));
  const parts = new Map<string, NamedPart[]>();
  plain.forEach((name, index) => {
    if (counters.test(name)) return;
    const renamed = (library?.renames ?? []).reduce((text, [from, to]) => text.replace(from, to), name);
    if (known.leftOut?.test(renamed)) return;
    const [, own, part = '0', turned] = /^(.*?)(?:\[(\d)\])?(\.T)?$/.exec(renamed)!;
    const found = parts.get(own!) ?? [];
    found.push({ name: names[index]!, part: Number(part), transposed: turned !== undefined });
    parts.set(own!, found);
  });
  for (const found of parts.values()) found.sort((one, other) => one.part - other.part);
  return { library: library?.library, parts };
}

function commonPrefix(names: readonly string[]): string {
  let prefix = '';
  for (;;) {
    const [next] = wrappers.exec(names[0]?.slice(prefix.length) ?? '') ?? [];
    if (next === undefined || !names.every((name) => name.startsWith(prefix + next))) return prefix;
    prefix += next;
  }
}

/** Gives the layer that a parameter belongs to by its name: all before the last slash, empty where it is no layer's. */
export const layerOf = (parameter: string): string => parameter.slice(0, Math.max(0, parameter.lastIndexOf('/')));
