import { describe, expect, it } from 'vitest';
import { readLookup } from '../../src/probes/nslookup.ts';

const NAME = 'kubernetes.default.svc.cluster.local.';
const server = ['Server:\t\t10.96.0.10', 'Address:\t10.96.0.10:53', ''];
const timedOut = ';; connection timed out; no servers could be reached';

const cases: readonly (readonly [string, readonly string[], string, string])[] = [
  [
    'an address after the name',
    [...server, 'Name:\tkubernetes.default.svc.cluster.local', 'Address: 10.96.0.1', ''],
    'answered',
    '10.96.0.1',
  ],
  [
    'an answer from a cache, with IPv6',
    [
      ...server,
      'Non-authoritative answer:',
      'Name:\texample.com',
      'Address: 192.0.2.7',
      '',
      'Name:\texample.com',
      'Address: 2001:db8::7',
    ],
    'answered',
    '192.0.2.7 2001:db8::7',
  ],
  [
    'numbered addresses of old versions',
    [
      'Server:    10.96.0.10',
      'Address 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local',
      '',
      'Name:      kubernetes.default',
      'Address 1: 10.96.0.1 kubernetes.default.svc.cluster.local',
    ],
    'answered',
    '10.96.0.1',
  ],
  [
    'an address, and none for IPv6',
    [...server, 'Name:\ta.b', 'Address: 10.0.0.1', '', `** server can't find a.b: NXDOMAIN`],
    'answered',
    '10.0.0.1',
  ],
  [
    'an address, and "No answer" for IPv6',
    [...server, 'Name:\ta.b', 'Address: 10.0.0.1', '', `*** Can't find a.b: No answer`],
    'answered',
    '10.0.0.1',
  ],
  [
    'no such name, said for each type',
    [...server, `** server can't find ${NAME}: NXDOMAIN`, '', `** server can't find ${NAME}: NXDOMAIN`, ''],
    'denied',
    'NXDOMAIN',
  ],
  ['a nameserver that fails', [...server, `** server can't find ${NAME}: SERVFAIL`], 'denied', 'SERVFAIL'],
  ['a nameserver that refuses', [...server, `** server can't find ${NAME}: REFUSED`], 'denied', 'REFUSED'],
  ['neither type', [...server, `*** Can't find ${NAME}: No answer`], 'denied', 'no answer'],
  ['silence', [timedOut, ''], 'silent', 'no reply within 5 s'],
  [
    'a closed port',
    [`nslookup: write to '10.96.0.10': Connection refused`, timedOut],
    'refused',
    'connection refused',
  ],
  [
    'no way there',
    [`nslookup: write to '10.96.0.10': Network is unreachable`, timedOut],
    'silent',
    'Network is unreachable',
  ],
  [
    'an old version that found nothing',
    [`nslookup: can't resolve 'a.b': Name does not resolve`],
    'denied',
    'Name does not resolve',
  ],
  [
    'an old version without a reply',
    [`nslookup: can't resolve 'a.b': Try again`],
    'silent',
    'no reply within 5 s',
  ],
  ['only the address of the nameserver', server, 'unread', 'Address: 10.96.0.10:53'],
  ['a missing program', ['sh: nslookup: not found'], 'unread', 'sh: nslookup: not found'],
  ['nothing', [], 'unread', ''],
];

describe('nslookup of busybox', () => {
  it.each(cases)('reads %s', (_what, lines, outcome, said) => {
    expect(readLookup(lines.join('\n'))).toMatchObject({ outcome, said });
  });

  it('takes no escape sequence from what a nameserver said', () => {
    const hostile = readLookup(
      `Name:\ta\nAddress: \x1b[2J10.0.0.1\n** server can't find \x1b]0;x\x07: NXDOMAIN`,
    );
    expect(hostile).toMatchObject({ outcome: 'denied', said: 'NXDOMAIN' });
  });

  it('stays quick on a megabyte of near misses', () => {
    const started = performance.now();
    readLookup(`** server can't find ${'a: '.repeat(300_000)}`);
    readLookup('Address 1: '.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(500);
  });
});
