import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failure } from '../../src/kube/failure.ts';
import type { ForwardPort } from '../../src/kube/port-forward.ts';
import { probeByForward } from '../../src/probes/forward-probe.ts';
import { type Asking, defaultProbeLimits } from '../../src/probes/probe-options.ts';
import type { Targets } from '../../src/probes/targets.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';

const POD = {
  namespace: field('kube-system'),
  name: field('coredns-1'),
  node: field('k8s-1'),
  address: '10.244.0.2',
};
const TARGETS: Targets = {
  dnsPods: [POD],
  dnsService: '10.96.0.10',
  apiService: '10.96.0.1',
  domain: 'cluster.local',
  domainKnown: true,
};

/** What a nameserver does with a question: the answer's code and address, silence, or a closed connection. */
type Conduct = (name: string) => { readonly code: number; readonly address?: string } | 'silent' | 'close';

const sound: Conduct = name =>
  name.startsWith('no-such-name') ? { code: 3 } : { code: 0, address: '10.96.0.1' };

async function probe(
  conduct: Conduct,
  options: { readonly external?: string; readonly known?: boolean } = {},
) {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', question => {
      const name = nameIn(question);
      asked.push(name);
      const reply = conduct(name);
      if (reply === 'close') socket.destroy();
      // In two pieces: an answer need not come at once.
      else if (reply !== 'silent') {
        const bytes = answerTo(question, reply.code, reply.address);
        socket.write(bytes.subarray(0, 5));
        setImmediate(() => socket.write(bytes.subarray(5)));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const forward: ForwardPort = async () => ({ ok: true, stream: connect(port, '127.0.0.1') });
  const targets = { ...TARGETS, domainKnown: options.known ?? true };
  const result = await probeByForward(asking(options.external), forward, POD, targets);
  return { result, asked };
}

function asking(external?: string): Asking {
  return {
    api: { request: async () => failure('closed', say`not asked`) },
    signal: AbortSignal.timeout(5_000),
    now: () => 42,
    limits: { ...defaultProbeLimits, request: 200 },
    external: external ?? null,
  };
}

function nameIn(question: Buffer): string {
  const labels: string[] = [];
  for (let at = 14; question[at]; at += 1 + (question[at] ?? 0))
    labels.push(question.toString('latin1', at + 1, at + 1 + (question[at] ?? 0)));
  return labels.join('.');
}

function answerTo(question: Buffer, code: number, address?: string): Buffer {
  const head = Buffer.from(question.subarray(2));
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(address === undefined ? 0 : 1, 6);
  const record =
    address === undefined
      ? Buffer.alloc(0)
      : Buffer.concat([
          Buffer.from('c00c000100010000001e0004', 'hex'),
          Buffer.from(address.split('.').map(Number)),
        ]);
  const body = Buffer.concat([head, record]);
  return Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]);
}

describe('asking CoreDNS through a port-forward', () => {
  it('finds the cluster, and not a name that does not exist', async () => {
    const { result, asked } = await probe(sound);
    expect(result).toMatchObject({
      id: 'P2',
      target: 'kube-system/coredns-1',
      at: 42,
      ok: true,
      message: 'kube-system/coredns-1 answers DNS: 10.96.0.1',
    });
    expect(asked).toEqual([
      'kubernetes.default.svc.cluster.local',
      'no-such-name.groundup-probe.svc.cluster.local',
    ]);
    expect(result.answers.map(({ outcome }) => outcome)).toEqual(['answered', 'answered']);
  });

  it('takes a failing upstream for what it is', async () => {
    const conduct: Conduct = name => (name === 'example.com' ? { code: 2 } : sound(name));
    const { result } = await probe(conduct, { external: 'example.com' });
    expect(result.ok).toBe(true);
    expect(result.answers[2]).toMatchObject({
      question: 'external-name',
      outcome: 'denied',
      said: 'SERVFAIL',
    });
  });

  it.each([
    ['an error', { code: 2 }, 'SERVFAIL'],
    ['no such name', { code: 3 }, 'NXDOMAIN'],
    ['an empty answer', { code: 0 }, 'no address'],
    ['silence', 'silent', 'no answer in time'],
    ['a closed connection', 'close', 'the connection was closed without an answer'],
  ] as const)('says that it does not answer at %s', async (_what, reply, said) => {
    const { result } = await probe(() => reply);
    expect(result).toMatchObject({
      ok: false,
      message: `kube-system/coredns-1 does not answer DNS: ${said}`,
    });
  });

  it('does not blame CoreDNS for a domain that was only assumed', async () => {
    const { result } = await probe(() => ({ code: 3 }), { known: false });
    expect(result.ok).toBe(true);
  });

  it('cannot tell when the port-forward is refused', async () => {
    const refused: ForwardPort = async () => failure('rbac', say`These credentials may not do that.`);
    const result = await probeByForward(asking(), refused, POD, TARGETS);
    expect(result).toMatchObject({ ok: null, answers: [{ outcome: 'unread' }] });
  });

  it('tells a closed port from a tunnel that broke', async () => {
    const broken =
      (words: string): ForwardPort =>
      async () => {
        const stream = connect(1, '127.0.0.1');
        stream.on('error', () => undefined).destroy(new Error(words));
        return { ok: true, stream };
      };
    const closed = broken('error forwarding port 53 to pod x: connect: connection refused');
    expect(await probeByForward(asking(), closed, POD, TARGETS)).toMatchObject({ ok: false });
    expect(await probeByForward(asking(), broken('lost connection to pod'), POD, TARGETS)).toMatchObject({
      ok: null,
    });
  });
});
