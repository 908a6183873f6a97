import type { Pictures, PictureSheet } from '../contracts/evaluator.ts';

/** Gives the pictures that a sheet keeps. */
export function sheetPictures(key: string, sheet: PictureSheet): Pictures {
  const places = new Map(sheet.rows.map((row, place) => [row, place]));
  const {
    tile: [height, width],
    columns,
  } = sheet;
  return {
    key,
    sheet: async () => sheet,
    async urls(rows) {
      const { default: sharp } = await import('sharp');
      return Promise.all(
        rows.map(async (row) => {
          const place = places.get(row);
          if (place === undefined) return undefined;
          const cut = sharp(sheet.image).extract({
            left: (place % columns) * width,
            top: Math.floor(place / columns) * height,
            width,
            height,
          });
          return `data:image/png;base64,${(await cut.png().toBuffer()).toString('base64')}`;
        }),
      );
    },
  };
}
