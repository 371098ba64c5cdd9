import { describe, expect, it, test } from 'vitest';
import { match } from '../../src/signatures/match.ts';
import type { SignatureSource } from '../../src/signatures/signature.ts';
import { signatures } from '../../src/signatures/table.ts';
import { field } from '../../src/text/field.ts';
import { lookalikes, samples } from './samples.ts';

const ids = (source: SignatureSource, text: string) => match(source, field(text)).map(one => one.id);
const captures = (source: SignatureSource, text: string) => match(source, field(text))[0]?.captures;

describe('the table of known failures', () => {
  it('knows 81 texts and has a sample line for each', () => {
    const sampled = new Set(samples.map(([id]) => id));
    expect(signatures.size).toBe(81);
    expect([...signatures.keys()].filter(id => !sampled.has(id))).toEqual([]);
  });

  it('says in one line what each means and what to do', () => {
    for (const { id, meaning, remedy } of signatures.values()) {
      expect(meaning.length, id).toBeGreaterThan(15);
      expect(`${meaning}${remedy}`, id).not.toMatch(/\n/);
      expect(remedy.length, id).toBeGreaterThan(5);
    }
  });

  it('keeps every repetition bounded and every expression without memory of its own', () => {
    for (const { id, expression } of signatures.values()) {
      expect(expression.source, id).not.toMatch(/(?<!\\)[*+](?![)\]])/);
      expect(expression.flags, id).toBe('iu');
    }
  });
});

test.each(samples)('%s is found in a %s: %s', (id, source, text) => {
  expect(ids(source, text)).toContain(id);
});

test.each(lookalikes)('%s is not found in a %s: %s', (id, source, text) => {
  expect(ids(source, text)).not.toContain(id);
});

describe('what a message means', () => {
  it('depends on where it was found', () => {
    const text = 'dial tcp: lookup ghcr.io on 10.0.0.1:53: no such host';
    expect(ids('client', text)).toContain('S03');
    expect(ids('log', text)).toEqual(['S47']);
    expect(ids('event', text)).toEqual(['S83']);
  });

  it.each([
    ['S20 before S21', 'event', samples.find(([id]) => id === 'S20')?.[2] ?? '', ['S20']],
    ['S29 before S21', 'event', samples.find(([id]) => id === 'S29')?.[2] ?? '', ['S29']],
    [
      'S24 before S35',
      'log',
      'Unable to contact k8s api-server: dial tcp 10.43.0.1:443: i/o timeout',
      ['S24'],
    ],
    [
      'S82 before S51',
      'client',
      'failed calling webhook "x.y": no endpoints available for service "x"',
      ['S82'],
    ],
    [
      'S82 before S05',
      'client',
      'failed calling webhook "x.y": x509: certificate signed by unknown authority',
      ['S82'],
    ],
    ['S64 before S58', 'cond', 'build failed: cannot get sops data key', ['S64']],
  ] as const)('is told by the more specific text: %s', (_, source, text, wanted) => {
    expect(ids(source, text)).toEqual(wanted);
  });

  it('is looked for in the tail of a failed clone, and named first', () => {
    const lost = "unable to clone 'https://g/x': dial tcp: lookup g on 10.43.0.10:53: no such host";
    expect(ids('cond', lost)).toEqual(['S47', 'S61']);
    const refused = "unable to clone 'ssh://g/x': ssh: handshake failed";
    expect(ids('cond', refused)).toEqual(['S60', 'S61']);
  });

  it('is never only that a wait ended', () => {
    expect(ids('client', 'error: timed out waiting for the condition')).toEqual(['S78', 'S96']);
  });

  it('is nothing for an empty or ordinary message', () => {
    expect(ids('cond', '')).toEqual([]);
    expect(ids('cond', 'Applied revision: main@sha1:4f1c2a9')).toEqual([]);
  });
});

describe('captures', () => {
  it('name the webhook, the dependency, the resolver and the taint', () => {
    expect(captures('cond', 'failed calling webhook "a.b.c": x')).toEqual(['a.b.c']);
    expect(captures('cond', "dependency 'flux-system/echo' is not ready")).toEqual(['flux-system/echo']);
    expect(captures('cond', 'lookup a.b. on 10.43.0.10:53: i/o timeout')).toEqual(['a.b', '10.43.0.10']);
    expect(captures('event', '1 node(s) had untolerated taint {a/b: c}')).toEqual(['a/b']);
  });

  it('are null where the other branch matched', () => {
    expect(captures('client', 'the server is currently unable to handle the request')).toEqual([null]);
  });

  it('find a failed check on any line, and stop at the end of the line', () => {
    expect(captures('client', '[+]ping ok\n[-]etcd failed: reason withheld\n[-]x failed')).toEqual(['etcd']);
  });
});

describe('hostile text', () => {
  const seeds = [
    ...samples.map(([, , text]) => text),
    ...samples.map(([, , text]) => text.slice(0, Math.floor(text.length / 2))),
    'postIpam ',
    'dial tcp ',
    'plugin/errors: 2 a A: ',
    'timeout waiting for: [',
    "dependency '",
    'lookup ',
    '[-]',
    '"'.repeat(9),
    '𝒳',
    '↵',
  ];
  const sources = ['client', 'node', 'event', 'wait', 'log', 'cond', 'probe'] as const;

  it('takes no more time for a megabyte than for the part that counts', () => {
    const started = performance.now();
    for (const seed of seeds) {
      const text = seed.repeat(Math.ceil(1_000_000 / seed.length)) as ReturnType<typeof field>;
      for (const source of sources) match(source, text);
    }
    expect((performance.now() - started) / (seeds.length * sources.length)).toBeLessThan(15);
  });

  it('is read no further than 4,096 characters', () => {
    expect(ids('cond', `${'x'.repeat(5000)} field is immutable`)).toEqual([]);
    expect(ids('cond', `${'x'.repeat(3000)} field is immutable`)).toEqual(['S72']);
  });

  it('does not make the memory of answers grow without end', () => {
    for (let i = 0; i < 10_000; i++) match('cond', field(`message ${i} field is immutable`));
    expect(ids('cond', 'message 1 field is immutable')).toEqual(['S72']);
  });
});
