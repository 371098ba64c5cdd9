import { describe, expect, it } from 'vitest';
import { decodeProtobuf } from '../../../src/simulator/api/protobuf.ts';

/** A field that holds a text or a message. */
function field(number: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

const number = (field: number, value: number): Buffer => Buffer.from([field << 3, value]);

function envelope(apiVersion: string, kind: string, ...fields: Buffer[]): Buffer {
  const type = Buffer.concat([field(1, apiVersion), field(2, kind)]);
  return Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, Buffer.concat(fields))]);
}

describe('decodeProtobuf', () => {
  it('reads names, maps and bytes', () => {
    const meta = Buffer.concat([
      field(1, 'c'),
      field(2, ''),
      field(11, Buffer.concat([field(1, 'app'), field(2, 'web')])),
      field(14, 'x/y'),
    ]);
    const binary = Buffer.concat([field(1, 'b'), field(2, Buffer.from([1, 2, 3]))]);
    const body = envelope('v1', 'ConfigMap', field(1, meta), field(3, binary), number(4, 1));
    expect(decodeProtobuf(body)).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', labels: { app: 'web' }, finalizers: ['x/y'] },
      binaryData: { b: 'AQID' },
      immutable: true,
    });
  });

  it('tells a number that was set to zero from one that was not set', () => {
    const container = Buffer.concat([
      field(1, 'app'),
      field(6, Buffer.concat([number(2, 0), number(3, 80)])),
    ]);
    const template = field(2, field(2, container));
    const spec = Buffer.concat([number(1, 0), field(3, template)]);
    expect(decodeProtobuf(envelope('apps/v1', 'Deployment', field(2, spec))).spec).toEqual({
      replicas: 0,
      template: { spec: { containers: [{ name: 'app', ports: [{ containerPort: 80 }] }] } },
    });
  });

  it('passes over fields it does not know', () => {
    const body = envelope('v1', 'Namespace', number(15, 7), field(13, 'later'), field(1, field(1, 'n')));
    expect(decodeProtobuf(body).metadata).toEqual({ name: 'n' });
  });

  it.each([
    ['another form', Buffer.from('{"kind":"Namespace"}')],
    ['a kind it does not know', envelope('v1', 'Gadget', field(1, 'x'))],
  ])('says nothing of %s', (_what, body) => {
    expect(decodeProtobuf(body)).toBeUndefined();
  });
});
