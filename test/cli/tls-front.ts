import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { makeAuthority } from '../kube/fixtures/certificates.ts';
import type { Ops } from './ops.ts';

/** The simulated cluster behind TLS that only a client certificate passes. */
export interface TlsFront extends AsyncDisposable {
  /** Its context is `secured`; the token comes from an exec plugin. */
  readonly kubeconfig: string;
  /** Whose certificates were shown. */
  readonly subjects: () => readonly string[];
}

/** The certificate is for the name `localhost` only: a connection to any other name or address is refused. */
export async function openTlsFront({ simulation, kubeconfig }: Ops, token: string): Promise<TlsFront> {
  using authority = makeAuthority('front-ca');
  const { ca } = authority;
  const me = authority.issue('jane', { days: 90 });
  const subjects = new Set<string>();
  const sockets = new Set<Socket>();
  const { port: inner } = new URL(simulation.url);
  const own = { ...authority.issue('api', { names: 'DNS:localhost', days: 90 }), ca };
  const server = createServer({ ...own, requestCert: true, rejectUnauthorized: true }, outside => {
    subjects.add(String(outside.getPeerCertificate().subject.CN));
    const inside = connect(Number(inner), '127.0.0.1');
    for (const [one, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
    outside.pipe(inside).pipe(outside);
  });
  await once(server.listen(0, 'localhost'), 'listening');
  const { port } = server.address() as AddressInfo;
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const made = JSON.parse(readFileSync(kubeconfig(token, 'secured'), 'utf8'));
  const status = JSON.stringify({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token },
  });
  made.clusters[0].cluster.server = `https://localhost:${port}`;
  made.clusters[0].cluster['certificate-authority-data'] = base64(ca);
  made.users[0].user = {
    'client-certificate-data': base64(me.cert),
    'client-key-data': base64(me.key),
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', `process.stdout.write(${JSON.stringify(status)})`],
      interactiveMode: 'Never',
    },
  };
  const path = join(simulation.folder, 'secured');
  writeFileSync(path, JSON.stringify(made), { mode: 0o600 });
  return {
    kubeconfig: path,
    subjects: () => [...subjects],
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
