import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAnswer, encodeQuestion, wholeMessage } from '../../src/probes/dns-message.ts';

/** As CoreDNS answers A kubernetes.default.svc.cluster.local over TCP: the answer's name is a pointer to the question. */
const ANSWER =
  '12348580000100010000000' +
  '00a6b756265726e657465730764656661756c740373766307636c7573746572056c6f63616c0000010001' +
  'c00c000100010000001e00040a600001';

describe('a DNS question', () => {
  it('is a length and a message with one name, asking for IPv4 and recursion', () => {
    expect(encodeQuestion(0x1234, 'ab.c.').toString('hex')).toBe(
      '00161234010000010000000000000261620163000001' + '0001',
    );
  });

  it('is the same with and without the last dot', () => {
    expect(encodeQuestion(7, 'a.example.')).toEqual(encodeQuestion(7, 'a.example'));
  });

  it.each(['', 'a..b', `${'x'.repeat(64)}.b`])('is not made of %j', name => {
    expect(() => encodeQuestion(1, name)).toThrow('not a DNS name');
  });
});

describe('a DNS answer', () => {
  const bytes = Buffer.from(ANSWER, 'hex');

  it('gives its code and addresses', () => {
    expect(decodeAnswer(bytes)).toEqual({ id: 0x1234, code: 0, addresses: ['10.96.0.1'] });
  });

  it('gives NXDOMAIN without addresses', () => {
    const question = encodeQuestion(9, 'no.such.name').subarray(2);
    question.writeUInt16BE(0x8583, 2);
    expect(decodeAnswer(question)).toEqual({ id: 9, code: 3, addresses: [] });
  });

  it('passes over records of other types', () => {
    const cname = Buffer.from('c00c000500010000001e0002c00c', 'hex');
    const both = Buffer.concat([bytes.subarray(0, -16), cname, bytes.subarray(-16)]);
    both.writeUInt16BE(2, 6);
    expect(decodeAnswer(both)?.addresses).toEqual(['10.96.0.1']);
  });

  it('is not read from a question', () => {
    expect(decodeAnswer(encodeQuestion(1, 'a.b').subarray(2))).toBeNull();
  });

  it('is null, never an error, wherever it is cut', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(decodeAnswer(bytes.subarray(0, length))).toBeNull();
  });

  it('never throws on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), raw => {
        const message = Buffer.from(raw);
        if (message.length > 3) message.writeUInt8(0x80, 2);
        const read = decodeAnswer(message);
        expect(read === null || read.addresses.length <= raw.length).toBe(true);
      }),
    );
  });
});

describe('a message over TCP', () => {
  it('is whole when its length has come', () => {
    const sent = encodeQuestion(5, 'a.b');
    for (let length = 0; length < sent.length; length++)
      expect(wholeMessage(sent.subarray(0, length))).toBeNull();
    expect(wholeMessage(Buffer.concat([sent, Buffer.from('more')]))).toEqual(sent.subarray(2));
  });
});
