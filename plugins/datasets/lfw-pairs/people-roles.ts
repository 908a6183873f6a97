import { RandomStreams, type Role } from 'ablate-ml';

/** Classes are people; each gets the roles that its images then have. */
export interface People {
  /** Rows of each person's images, in order of name. */
  readonly images: readonly (readonly number[])[];
  /** People whom a pair shows. */
  readonly paired: ReadonlySet<number>;
}

/** Who trains, of the data set's options. */
export interface PeopleChoice {
  readonly train: 'others' | number;
  readonly minPerClass: number;
  readonly validation: number;
  readonly seed: number;
  readonly distractors: boolean;
}

/** Roles that people of their own class have: a person of `train` or `validation` is in no other role. */
export interface PeopleRoles {
  readonly trained: ReadonlySet<number>;
  readonly rows: Partial<Record<Role, Int32Array>>;
}

/**
 * Chooses who trains and who is met later. Of the people who do not train, those of two or more images are for `test`;
 * in `gallery` with their first image and in `probe` with the others. People of one image are `distractors`, where
 * these are asked for.
 */
export function peopleRoles(
  { images, paired }: People,
  { train, minPerClass, validation, seed, distractors }: PeopleChoice,
): PeopleRoles {
  const streams = new RandomStreams(seed, 'lfw-pairs/');
  const people = [...images.keys()];
  const able = people.filter((person) => images[person]!.length >= minPerClass);
  const chosen =
    train === 'others'
      ? able.filter((person) => !paired.has(person))
      : streams
          .stream('train')
          .shuffle([...able])
          .slice(0, Math.round(train * able.length));
  const held = new Set(
    streams
      .stream('validation')
      .shuffle([...chosen])
      .slice(0, Math.round(validation * chosen.length)),
  );
  const trained = new Set(chosen);
  const met = people.filter((person) => !trained.has(person));
  const several = met.filter((person) => images[person]!.length > 1);
  const rowsOf = (of: readonly number[], from = 0, to = Infinity): Int32Array =>
    Int32Array.from(of.flatMap((person) => images[person]!.slice(from, to))).sort();
  return {
    trained,
    rows: {
      train: rowsOf(chosen.filter((person) => !held.has(person))),
      validation: rowsOf([...held]),
      test: rowsOf(several),
      gallery: rowsOf(several, 0, 1),
      probe: rowsOf(several, 1),
      ...(distractors && { distractors: rowsOf(met.filter((person) => images[person]!.length === 1)) }),
    },
  };
}
