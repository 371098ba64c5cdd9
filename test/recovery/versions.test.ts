import { expect, test } from 'vitest';
import { compareVersions } from '../../src/recovery/versions.ts';

test.each([
  ['1.17.4', '1.17.4', 0],
  ['v1.17.4', '1.17.4', 0],
  ['1.9.0', '1.10.0', -1],
  ['2.0.0', '1.99.99', 1],
  ['1.17', '1.17.0', 0],
  ['1.17.4-rc.1', '1.17.4', -1],
  ['1.17.4', '1.17.4-rc.1', 1],
  ['1.17.4-rc.2', '1.17.4-rc.10', -1],
  ['1.17.4+build.7', '1.17.4', 0],
  ['latest', '1.17.4', null],
  ['1.17.4', '', null],
  ['>=1.0.0', '1.0.0', null],
])('%s against %s is %s', (a, b, order) => {
  expect(compareVersions(a, b)).toBe(order);
});
