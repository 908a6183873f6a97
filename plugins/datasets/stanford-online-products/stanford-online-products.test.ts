import { describe, expect, it } from 'vitest';
import { expectedItems, expectedLayout, itemsByPath, listed } from '#test/layouts';
import plugin from './index.ts';

const expected = expectedLayout('stanford-online-products');

describe('stanford-online-products', () => {
  it('reads the official split, products and super-classes as published', async () => {
    const found = await listed(plugin, { path: expected.root, split: 'metric' });
    expect(itemsByPath(found, 'superclass')).toEqual(
      expectedItems(
        expected,
        'metric',
        (item) => String(item.class),
        ({ superClass }) => ({ superclass: expected.superClassNames[superClass!] }),
      ),
    );
  });

  it('names the lists of a folder that lacks them', async () => {
    await expect(listed(plugin, { path: `${expected.root}/kettle_final` })).rejects.toThrow(
      /Stanford Online Products has Ebay_train\.txt or Ebay_test\.txt[^]*cvgl\.stanford\.edu/,
    );
  });
});
