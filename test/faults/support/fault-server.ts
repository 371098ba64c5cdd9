import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type GroundTruth, groundTruth, streamKey } from './ground-truth.ts';
import { relay, type Valve } from './relay.ts';
import { type Active, type Hit, spoiling, type Toxic } from './toxics.ts';

/** Stands between a client and an API server on the loopback address, lets everything through, and spoils what it is told. */
export interface FaultServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly hits: readonly Hit[];
  readonly truth: GroundTruth;
  readonly count: (fits: (hit: Hit) => boolean, since?: number) => number;
  /** Spoils from now on; the result cures. */
  readonly add: (toxic: Toxic) => () => void;
  /** Adds and cures by a script: a toxic from `at` (ms from now) for `for` ms. */
  readonly play: (script: readonly { at: number; for: number; toxic: Toxic }[]) => () => void;
  /** Closes the port and every connection, as a crash does, and opens it again. */
  readonly refuse: (on: boolean) => Promise<void>;
  /** Accepts everything, answers nothing, keeps connections. */
  readonly freeze: (on: boolean) => void;
  /** Resets every connection once. */
  readonly cut: () => void;
  /** Writes a line into every open watch of these paths. */
  readonly inject: (path: RegExp, line: string) => number;
  /** Sends everybody to another API server from now on. */
  readonly pointAt: (upstream: string) => void;
}

export interface FaultServerOptions {
  readonly upstream: string;
  readonly tls?: ServerOptions;
}

export async function startFaultServer(options: FaultServerOptions): Promise<FaultServer> {
  let { upstream } = options;
  const hits: Hit[] = [];
  const truth = groundTruth();
  const active = new Set<Active>();
  const sockets = new Set<Socket>();
  const watches = new Map<ServerResponse, Hit>();
  const valve = openValve();
  let server: Server;
  let port = 0;

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const hit = hitOf(request);
    hits.push(hit);
    truth.note('request', `${hit.verb} ${streamKey(hit)}`);
    if (hit.verb === 'watch') {
      watches.set(response, hit);
      response.on('close', () => watches.delete(response));
    }
    const spoiled = (counts: boolean) => spoiling(active, hit, counts);
    void relay({ request, response, hit, upstream, truth, valve, spoiled });
  };
  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const made =
        options.tls === undefined ? createServer(onRequest) : createTlsServer(options.tls, onRequest);
      server = made;
      made.keepAliveTimeout = 60_000;
      made.requestTimeout = 0;
      made.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => undefined);
        socket.on('close', () => sockets.delete(socket));
      });
      made.once('error', reject);
      made.listen(port, '127.0.0.1', () => {
        port = (made.address() as AddressInfo).port;
        resolve();
      });
    });
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const crash = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  const add = (toxic: Toxic): (() => void) => {
    const one: Active = { toxic, left: toxic.times ?? Number.POSITIVE_INFINITY };
    active.add(one);
    truth.note('toxic', toxic.toxic);
    return () => {
      if (active.delete(one)) truth.note('cure', toxic.toxic);
    };
  };
  await start();
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    hits,
    truth,
    count: (fits, since = 0) => hits.filter(hit => hit.at >= since && fits(hit)).length,
    add,
    play: script => {
      const timers = script.flatMap(({ at, for: length, toxic }) => {
        let cure = (): void => undefined;
        return [
          setTimeout(() => {
            cure = add(toxic);
          }, at),
          setTimeout(() => cure(), at + length),
        ];
      });
      return () => timers.forEach(clearTimeout);
    },
    refuse: async on => {
      truth.note(on ? 'toxic' : 'cure', 'refuse');
      if (on && server.listening) await crash();
      if (!on && !server.listening) await start();
    },
    freeze: on => {
      truth.note(on ? 'toxic' : 'cure', 'freeze');
      if (on) valve.shut();
      else valve.open();
    },
    cut,
    inject: (path, line) => {
      const open = [...watches].filter(([response, hit]) => response.headersSent && path.test(hit.path));
      for (const [response] of open) response.write(`${line}\n`);
      return open.length;
    },
    pointAt: next => {
      upstream = next;
    },
    [Symbol.asyncDispose]: async () => {
      valve.open();
      if (server.listening) await crash();
    },
  };
}

function openValve(): Valve & { readonly open: () => void; readonly shut: () => void } {
  let isOpen = true;
  let waiting: (() => void)[] = [];
  return {
    isOpen: () => isOpen,
    passed: () => (isOpen ? Promise.resolve() : new Promise(resolve => waiting.push(resolve))),
    shut: () => {
      isOpen = false;
    },
    open: () => {
      isOpen = true;
      const free = waiting;
      waiting = [];
      for (const go of free) go();
    },
  };
}

const COLLECTION = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)(?:\/namespaces\/[^/]+)?\/[a-z]+$/;

function hitOf(request: IncomingMessage): Hit {
  const url = new URL(request.url ?? '/', 'http://here');
  const isCollection = COLLECTION.test(url.pathname) && request.method === 'GET';
  return {
    at: performance.now(),
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    verb: url.searchParams.get('watch') === 'true' ? 'watch' : isCollection ? 'list' : 'get',
    token: request.headers.authorization?.replace(/^Bearer /, '') ?? '',
  };
}
