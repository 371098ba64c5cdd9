import { expect, test } from 'vitest';
import { tokenExpiry } from '../../src/kube/kubeconfig-facts.ts';

const token = (body: unknown) =>
  ['{}', JSON.stringify(body), 'signature'].map(part => Buffer.from(part).toString('base64url')).join('.');

test.each([
  ['its own end', token({ exp: 1_767_323_045 }), 1_767_323_045_000],
  ['no end', token({ sub: 'ops' }), null],
  ['an odd end', token({ exp: 'soon' }), null],
  ['no JSON web token', 'abc.def', null],
  ['an opaque token', 'K10abcdef', null],
])('a token that has %s', (_name, text, expires) => {
  expect(tokenExpiry(text)).toBe(expires);
});
