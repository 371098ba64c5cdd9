import { expect, it } from 'vitest';
import { copySequence } from '../../src/terminal/osc52.ts';

it('puts text into the clipboard as base64, so that no text can break out of the sequence', () => {
  expect(copySequence('kubectl get pods\x07\x1b\\ü')).toBe('\x1b]52;c;a3ViZWN0bCBnZXQgcG9kcwcbXMO8\x07');
});

it('refuses a text that terminals would cut', () => {
  expect(copySequence('x'.repeat(74_994))).toHaveLength(8 + 99_992);
  expect(copySequence('x'.repeat(74_995))).toBeUndefined();
  expect(copySequence('ü'.repeat(37_498))).toBeUndefined();
});
