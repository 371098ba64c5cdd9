import { expect, it } from 'vitest';
import { field } from '../../src/text/field.ts';
import { join, say } from '../../src/text/safe.ts';

it('builds sentences from safe pieces and numbers', () => {
  const name = field('web\x1b[2J');
  expect(say`${name} has ${3} replicas`).toBe('web^[[2J has 3 replicas');
  expect(join([name, say`ok`], ', ')).toBe('web^[[2J, ok');
});

it('refuses raw text in a sentence at compile time', () => {
  const raw: string = 'web';
  // @ts-expect-error foreign text must pass the sanitiser first
  expect(say`${raw} is missing`).toBe('web is missing');
});
