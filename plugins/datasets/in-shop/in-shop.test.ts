import { describe, expect, it } from 'vitest';
import { expectedItems, expectedLayout, itemsByPath, listed } from '#test/layouts';
import plugin from './index.ts';

describe.each(['in-shop', 'in-shop-flat'])('in-shop in the layout %s', (layout) => {
  const expected = expectedLayout(layout);

  it('reads training, query and gallery, super-classes and boxes as published', async () => {
    const found = await listed(plugin, { path: expected.root, split: 'metric' });
    expect(itemsByPath(found, 'superclass', 'box')).toEqual(
      expectedItems(
        expected,
        'metric',
        (item) => String(item.class),
        ({ superClass, box }) => ({ superclass: superClass, box }),
      ),
    );
  });
});

it('names the list of a folder that lacks it', async () => {
  await expect(listed(plugin, { path: `${expectedLayout('in-shop-flat').root}/img` })).rejects.toThrow(
    /has Eval\/list_eval_partition\.txt or [^]*mmlab\.ie\.cuhk\.edu\.hk/,
  );
});
