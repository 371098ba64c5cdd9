import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemScanner } from '../../src/kube/item-scanner.ts';

/** Feeds the text in pieces of these lengths, over and over. */
function scan(text: string, lengths: readonly number[] = [text.length]) {
  const items: unknown[] = [];
  const heads = new Set<unknown>();
  const scanner = itemScanner({
    field: 'items',
    take: (item, head) => {
      items.push(item);
      heads.add(head);
    },
  });
  const bytes = Buffer.from(text);
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = Math.max(1, lengths[turn % lengths.length] ?? 1);
    scanner.push(bytes.subarray(at, at + length));
    at += length;
  }
  return { items, heads: [...heads], around: scanner.end() };
}

describe('a list that is read item by item', () => {
  it('gives the same as reading it whole, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        fc.constantFrom(undefined, 1, 2),
        (items, lengths, indent) => {
          const text = JSON.stringify(
            { kind: 'L', metadata: { items: [1] }, items, last: ['x'] },
            null,
            indent,
          );
          const read = scan(text, lengths);
          expect(read.items).toEqual(JSON.parse(JSON.stringify(items)));
          expect(read.around).toEqual({ kind: 'L', metadata: { items: [1] }, items: [], last: ['x'] });
        },
      ),
    );
  });

  it('tells with each item what stood before the first one', () => {
    const { heads } = scan('{"columns":[{"name":"a"}],"items":[1,2],"more":3}');
    expect(heads).toEqual([{ columns: [{ name: 'a' }], items: [] }]);
  });

  it.each([
    ['a list that is null', '{"metadata":{},"items":null}', { metadata: {}, items: null }],
    ['a list that is not there', '{"metadata":{"x":"items\\":["}}', { metadata: { x: 'items":[' } }],
    ['no object at all', '[1,2]', [1, 2]],
  ])('takes nothing from %s', (_, text, around) => {
    expect(scan(text)).toMatchObject({ items: [], around });
  });

  it.each(['{"items":[{"a":1},{"b"', '{"items":[1,2]', '{"items":[{]}', '<html>', ''])('refuses %s', text => {
    expect(() => scan(text)).toThrow(SyntaxError);
  });
});
