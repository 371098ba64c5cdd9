import { connect, createServer, type Socket } from 'node:net';

export interface CountingProxy {
  readonly port: number;
  readonly requests: () => number;
  /** Bytes that the client received. */
  readonly received: () => number;
  readonly close: () => Promise<void>;
}

/** Stands between a client and a plain HTTP server on loopback and counts what the client costs. */
export async function countingProxy(target: number): Promise<CountingProxy> {
  let requests = 0;
  let received = 0;
  const open = new Set<Socket>();
  const server = createServer(client => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => socket.destroy());
    }
    client.on('data', chunk => {
      requests +=
        chunk.toString('latin1').match(/^(GET|POST|PUT|PATCH|DELETE) \S+ HTTP\/1\.1\r$/gm)?.length ?? 0;
    });
    upstream.on('data', chunk => {
      received += chunk.length;
    });
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    requests: () => requests,
    received: () => received,
    close: () =>
      new Promise(done => {
        for (const socket of open) socket.destroy();
        server.close(() => done());
      }),
  };
}
