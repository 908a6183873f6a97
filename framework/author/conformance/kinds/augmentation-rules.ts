import type { Raster } from '../../../contracts/augmentation.ts';
import type { Random } from '../../../base/random/random.ts';
import { RandomStreams } from '../../../base/random/random-streams.ts';
import { broken, holds, type Finding, type Rule } from '../rules/rule.ts';
import type { Subject } from './subject.ts';

/** Images that are looked at: other sides, one channel and three. */
const shapes = [
  [24, 32, 3],
  [33, 21, 1],
] as const;
/** Draws that are looked at of each of them. */
const draws = 12;

const streams = new RandomStreams(1, 'check/augmentation/');

function imageOf([height, width, channels]: readonly [number, number, number]): Raster {
  const random = streams.stream('image', height);
  const data = Uint8Array.from({ length: height * width * channels }, () => random.integer(256));
  return { data, height, width, channels };
}

/** One finding a shape; `look` says what is wrong with one draw. */
async function eachDraw(
  look: (image: () => Raster, random: () => Random) => Promise<string | undefined>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const shape of shapes) {
    const words = `an image of ${shape.join(' × ')}`;
    let found = holds(words, `${draws} draws`);
    for (let draw = 0; draw < draws; draw++) {
      const fault = await look(
        () => imageOf(shape),
        () => streams.stream('draw', draw),
      );
      if (fault === undefined) continue;
      found = broken(`${words}, draw ${draw}`, fault);
      break;
    }
    findings.push(found);
  }
  return findings;
}

/** What every augmentation must satisfy. */
export const augmentationRules: readonly Rule<Subject<'augmentation'>>[] = [
  {
    name: 'it is applied to a share of the images from 0 to 1',
    why: 'The framework draws by it whether an image is changed.',
    async find(subject) {
      const { p } = await subject.make({});
      return [p >= 0 && p <= 1 ? holds('p', `${p}`) : broken('p', `It is ${p}.`)];
    },
  },
  {
    name: 'what comes out is an image of the size that it told, in as many channels',
    why: 'A batch has one shape, which the network is made for before any image is read.',
    async find(subject) {
      const made = await subject.make({});
      return eachDraw(async (image, random) => {
        const before = image();
        const after = await made.apply(image(), random());
        if (after.channels !== before.channels) return `It makes ${after.channels} channels of ${before.channels}.`;
        if (!(after.data instanceof Uint8Array) || after.data.length !== after.height * after.width * after.channels)
          return `It gives ${after.data?.length} bytes for ${after.height} × ${after.width} × ${after.channels}.`;
        const told = made.sizeAfter([before.height, before.width]);
        if (told && (told[0] !== after.height || told[1] !== after.width))
          return `It told ${told.join(' × ')} and gives ${after.height} × ${after.width}.`;
        return undefined;
      });
    },
  },
  {
    name: 'the same image and random numbers give the same bytes, in whichever thread it was made',
    why: 'A resumed run, or one with more decoding threads, would train on other images.',
    async find(subject) {
      const [made, again] = [await subject.make({}, 1), await subject.make({}, 2)];
      return eachDraw(async (image, random) => {
        const first = await made.apply(image(), random());
        // What it did before must not matter.
        await again.apply(image(), streams.stream('other'));
        const second = await again.apply(image(), random());
        return Buffer.compare(first.data, second.data) === 0
          ? undefined
          : 'Made and drawn again, it gives other bytes.';
      });
    },
  },
];
