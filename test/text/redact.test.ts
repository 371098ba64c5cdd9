import { describe, expect, it } from 'vitest';
import { lineRedactor, redact } from '../../src/text/redact.ts';

const VALUE = 'S3cr3t/värde+1';
const base64 = Buffer.from(VALUE).toString('base64');

const SECRETS: readonly (readonly [string, string, string])[] = [
  ['a web token', 'got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl end', 'got [redacted] end'],
  ['an age key', 'AGE-SECRET-KEY-1QQPZRY9X8GF2TVDW0S3JN54KHCE', '[redacted]'],
  ['a bearer header', 'Authorization: Bearer abcdef.123456', 'Authorization: Bearer [redacted]'],
  ['an access key id', 'id AKIAIOSFODNN7EXAMPLE end', 'id [redacted] end'],
  ['a code host token', `clone ghp_${'a'.repeat(36)} end`, 'clone [redacted] end'],
  ['a code host token of the other kind', `glpat-${'b'.repeat(20)}`, '[redacted]'],
  ['a chat token', 'xoxb-123456789-abcdef', '[redacted]'],
  [
    'a URL with a password',
    'pull https://bot:hunter2@repo.example/x',
    'pull https://bot:[redacted]@repo.example/x',
  ],
  ['a password of a file', 'password: hunter2', 'password: [redacted]'],
  ['a quoted password', `--set 'db_password="two words" x'`, `--set 'db_password=[redacted] x'`],
  ['a token in JSON', '{"token":"abc","name":"x"}', '{"token":[redacted],"name":"x"}'],
  ['a token in JSON inside JSON', '{\\"api_key\\":\\"abc\\"}', '{\\"api_key\\":[redacted]}'],
  ['an environment variable', 'CLIENT_SECRET=abc123 next', 'CLIENT_SECRET=[redacted] next'],
  ['a known value', `value ${VALUE} end`, 'value [redacted] end'],
  ['a known value in base64', `value ${base64}`, 'value [redacted]'.concat(base64.endsWith('=') ? '=' : '')],
  ['a known value in URL form', `value ${encodeURIComponent(VALUE)} end`, 'value [redacted] end'],
  [
    'a private key',
    'x -----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY----- y',
    'x [redacted] y',
  ],
  ['a private key that never ends', '-----BEGIN PRIVATE KEY-----\nabc', '[redacted]'],
];

describe('redact', () => {
  it.each(SECRETS)('blanks out %s', (_, raw, shown) => {
    expect(redact(raw, [VALUE])).toBe(shown);
  });

  it.each([
    'secret "registry" not found',
    'automountServiceAccountToken: false',
    'secretName: web-tls',
    'failed to renew token: 401',
    'see https://docs.example/a@b',
    'the eyJ prefix alone',
  ])('leaves %j alone', raw => {
    expect(redact(raw)).toBe(raw);
  });

  it('finds a secret that is cut in two by what a terminal does not show', () => {
    for (const cut of ['\x1b[31m', '\x1b[0;1m', '\u200b', '\x00', '\x1b(B', '\x9b1m']) {
      expect(redact(`a S3cr${cut}3t/värde+1 b`, [VALUE])).toBe('a [redacted] b');
      expect(redact(`pass${cut}word=hun${cut}ter2`)).not.toMatch(/hun|ter2/);
    }
  });

  it('knows each line of a value of several lines', () => {
    expect(redact('b: line-two', ['line-one\nline-two'])).toBe('b: [redacted]');
  });

  it('does not blank out words for a value too short to be a secret', () => {
    expect(redact('an apple', ['a', ''])).toBe('an apple');
  });

  it('takes time in proportion to the length of the text', () => {
    for (const bait of [
      '://a:',
      'token',
      '\x1b[',
      '-----BEGIN A-----',
      'eyJaaaaaaaa.',
      'ghp_',
      'password=\x1b[m',
      'Bearer ',
    ]) {
      const started = performance.now();
      redact(bait.repeat(Math.ceil(65_536 / bait.length)), [VALUE]);
      expect(performance.now() - started).toBeLessThan(500);
    }
  });
});

describe('lineRedactor', () => {
  it('hides a key that spans lines, and nothing after it', () => {
    const redactLine = lineRedactor();
    const lines = [
      'tls.key: -----BEGIN RSA PRIVATE KEY-----',
      'MIIEow',
      '-----END RSA PRIVATE KEY----- ok',
      'after',
    ];
    expect(lines.map(redactLine)).toEqual(['tls.key: [redacted]', '[redacted]', '[redacted] ok', 'after']);
  });

  it('stops hiding when the end of a key never comes', () => {
    const redactLine = lineRedactor();
    redactLine('-----BEGIN PRIVATE KEY-----');
    const lines = Array.from({ length: 300 }, () => redactLine('text'));
    expect(lines[0]).toBe('[redacted]');
    expect(lines.at(-1)).toBe('text');
  });
});
