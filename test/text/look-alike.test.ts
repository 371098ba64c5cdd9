import { describe, expect, it } from 'vitest';
import { identifier, skeleton } from '../../src/text/look-alike.ts';

describe('a name that passes for another', () => {
  it.each([
    ['prоd', 'pr<U+043E>d', 'prod'],
    ['рrоd', '<U+0440>r<U+043E>d', 'prod'],
    ['ｐｒｏｄ', '<U+FF50><U+FF52><U+FF4F><U+FF44>', 'prod'],
    ['pr\u200Bod', 'pr<U+200B>od', 'prod'],
    ['𝗉𝗋𝗈𝖽', '<U+1D5C9><U+1D5CB><U+1D5C8><U+1D5BD>', 'prod'],
    ['home‐lab', 'home<U+2010>lab', 'home-lab'],
    ['kubernetes-admin＠prod', 'kubernetes-admin<U+FF20>prod', 'kubernetes-admin@prod'],
    ['сосо', '<U+0441><U+043E><U+0441><U+043E>', 'coco'],
  ])('%s is shown as %s', (raw, shown, looks) => {
    expect(identifier(raw)).toBe(shown);
    expect(skeleton(raw)).toBe(looks);
    expect(identifier(raw)).not.toBe(identifier(looks));
  });

  it.each(['homelab', 'küche', 'продакшн', '本番', 'admin@prod-1', 'dev·eu'])(
    '%s is shown as it is',
    name => {
      expect(identifier(name)).toBe(name);
    },
  );

  it('is shown the same when it was shown before', () => {
    for (const name of ['prоd', 'ｐｒｏｄ', 'pr\u200Bod'])
      expect(identifier(identifier(name))).toBe(identifier(name));
  });
});
