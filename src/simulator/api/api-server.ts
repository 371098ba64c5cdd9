import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { ApiFailure, type Behaviour, type SimClock, type World } from '../world.ts';
import type { Caller } from './access.ts';
import { watchReach } from './behaviour.ts';
import type { ServedWorld } from './create-world.ts';
import { dispatch } from './dispatch.ts';
import { type Exchange, type Served, sendFailure } from './exchange.ts';
import { createGate } from './gate.ts';

const HOST = '127.0.0.1';

export interface ApiServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface ApiServerOptions {
  /** As `createWorld` made it. */
  readonly world: World;
  readonly clock: SimClock;
  readonly behaviour: Behaviour;
  /** Bearer tokens and whom they stand for. Any other request is answered 401. */
  readonly tokens: ReadonlyMap<string, Caller>;
  /** Real milliseconds between bookmarks: clients measure silence with clocks of their own. A minute, nearly, if not given. */
  readonly bookmarkMs?: number;
}

const BOOKMARK_MS = 55_000;

/** Serves the world over plain HTTP on the loopback address, and misbehaves as `behaviour` says. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { world, clock, behaviour, tokens } = options;
  if (!isServed(world)) throw new TypeError('the world was not made by createWorld');
  const gate = createGate(behaviour);
  const { bookmarkMs = BOOKMARK_MS } = options;
  const served: Served = { world, clock, behaviour, gate, bookmarkMs };
  const listener = createListener((request, response) => void handle(served, tokens, request, response));
  const port = await listener.open(0);

  let turn: Promise<unknown> = Promise.resolve();
  const undo = watchReach(behaviour, reach => {
    if (reach === 'refuse') listener.drop();
    turn = turn.then(async () => {
      if (behaviour.reach === 'refuse') await listener.shut();
      else await listener.open(port);
    });
    gate.changed();
  });
  return {
    url: `http://${HOST}:${port}`,
    port,
    close: async () => {
      undo();
      listener.drop();
      await turn;
      await listener.shut();
    },
  };
}

function isServed(world: World): world is ServedWorld {
  return 'registry' in world && 'history' in world;
}

interface Listener {
  open(port: number): Promise<number>;
  /** Ends every connection at once and takes no new ones. */
  drop(): void;
  shut(): Promise<void>;
}

function createListener(handler: (request: IncomingMessage, response: ServerResponse) => void): Listener {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let closing: Promise<void> | undefined;
  const drop = (): void => {
    const old = server;
    server = undefined;
    if (old) closing = new Promise(resolve => old.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    drop,
    shut: async () => {
      drop();
      await closing;
    },
    open: async port => {
      await closing;
      if (server) return port;
      const next = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, handler);
      next.on('connection', socket => {
        sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('close', () => sockets.delete(socket));
      });
      next.on('upgrade', (request, socket) => upgraded(request, socket as Socket, handler));
      await listen(next, port);
      server = next;
      return (next.address() as AddressInfo).port;
    },
  };
}

/** What wants another protocol is answered like anything else; only an exec that may be done takes the socket over. */
function upgraded(
  request: IncomingMessage,
  socket: Socket,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => socket.end());
  socket.on('error', () => socket.destroy());
  handler(request, response);
}

/** While the port was free, a passing connection may have taken it: it is tried again for some seconds. */
async function listen(server: Server, port: number, tries = 50): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, HOST, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    if (port === 0 || tries === 0) throw error;
    await setTimeout(100);
    await listen(server, port, tries - 1);
  }
}

async function handle(
  served: Served,
  tokens: ReadonlyMap<string, Caller>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await served.gate.whenOpen();
  if (response.destroyed || request.destroyed) return;
  const url = new URL(request.url ?? '/', `http://${HOST}`);
  response.sendDate = false;
  response.setHeader('Date', new Date(served.clock.now()).toUTCString());
  response.setHeader('Audit-Id', crypto.randomUUID());
  response.on('error', () => response.destroy());
  const caller = tokens.get(tokenOf(request.headers.authorization ?? ''));
  const exchange: Exchange = {
    ...served,
    request,
    response,
    path: url.pathname,
    query: url.searchParams,
    caller: caller ?? NOBODY,
  };
  try {
    if (!caller) throw new ApiFailure(401, 'Unauthorized', 'Unauthorized');
    await dispatch(exchange);
  } catch (error) {
    if (response.headersSent || response.destroyed) response.destroy();
    else sendFailure(exchange, error instanceof ApiFailure ? error : broken(error));
  }
}

/**
 * The token of a request. Clients built on client-go withhold tokens from plain HTTP, but not a user name that
 * stands in the server's address (`http://TOKEN@127.0.0.1:PORT`): that is taken for the token as well.
 */
function tokenOf(header: string): string {
  const [, scheme, value = ''] = /^(Bearer|Basic)\s+(.+)$/i.exec(header) ?? [];
  if (scheme?.toLowerCase() !== 'basic') return value;
  return Buffer.from(value, 'base64').toString('utf8').split(':')[0] ?? '';
}

const NOBODY: Caller = { name: 'system:anonymous', groups: ['system:unauthenticated'], allow: () => false };

function broken(error: unknown): ApiFailure {
  const text = error instanceof Error ? error.message : String(error);
  return new ApiFailure(500, 'InternalError', `Internal error occurred: ${text}`, {
    causes: [{ message: text }],
  });
}
