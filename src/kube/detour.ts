import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Safe, say } from '../text/safe.ts';
import type { ResolvedKubeconfig } from './kubeconfig.ts';
import { proxyFor } from './proxy.ts';
import { rememberingLookup } from './resolve-host.ts';

/** A way to the API server that can be cut. Bytes pass as they are: certificates and names are checked end to end. */
export interface Detour {
  /** The same cluster, reached by this way; the tools of a repair still go straight. */
  readonly resolved: ResolvedKubeconfig;
  /** From now on connections are accepted and nothing is ever answered, also on those that stand. */
  readonly cut: () => void;
  /** New connections reach the server again. Those of the time before are broken off: they have lost bytes. */
  readonly restore: () => void;
  /** Ends all connections. May be called more than once. */
  readonly close: () => Promise<void>;
}

interface Pair {
  readonly client: Socket;
  /** Null for one that was accepted while the way was cut. */
  readonly upstream: Socket | null;
}

/** Opens the way on a port of the loopback address. Refused where a proxy stands between: it alone can reach the server. */
export async function openDetour(
  resolved: ResolvedKubeconfig,
  env: NodeJS.ProcessEnv,
): Promise<({ readonly ok: true } & Detour) | { readonly ok: false; readonly why: Safe }> {
  const { server, proxyUrl } = resolved.cluster;
  if (proxyFor(server, proxyUrl, env) !== null)
    return {
      ok: false,
      why: say`this cluster is reached through a proxy, and only a straight way to the API server can be cut`,
    };
  const lookup = rememberingLookup();
  const to = { ...addressOf(server), lookup };
  const pairs = new Set<Pair>();
  let isCut = false;
  const listener = createServer(client => {
    const pair = { client, upstream: isCut ? null : connect(to) };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      part(pair);
    };
    join(pair, end, () => {
      if (!isCut) end();
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const partAll = (): void => {
    for (const pair of pairs) part(pair);
    pairs.clear();
  };
  return {
    ok: true,
    resolved: { ...resolved, cluster: { ...resolved.cluster, detour: { port } } },
    cut: () => {
      isCut = true;
      for (const pair of pairs) swallow(pair);
    },
    restore: () => {
      isCut = false;
      partAll();
    },
    close: async () => {
      isCut = true;
      const closed = listener.listening ? once(listener, 'close') : undefined;
      listener.close();
      partAll();
      await closed;
    },
  };
}

function addressOf(server: string): { readonly host: string; readonly port: number } {
  const { protocol, hostname, port } = new URL(server);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
  };
}

function join({ client, upstream }: Pair, clientGone: () => void, upstreamGone: () => void): void {
  for (const socket of [client, upstream]) {
    // An error is followed by `close`, which is passed on.
    socket?.on('error', () => undefined);
    socket?.setNoDelay(true);
  }
  client.on('close', clientGone);
  upstream?.on('close', upstreamGone);
  if (upstream === null) client.resume();
  else client.pipe(upstream).pipe(client);
}

/** A black hole takes everything and says nothing, not even that the other end has hung up. */
function swallow({ client, upstream }: Pair): void {
  if (upstream === null) return;
  client.unpipe(upstream);
  upstream.unpipe(client);
  client.resume();
  upstream.resume();
}

function part({ client, upstream }: Pair): void {
  client.destroy();
  upstream?.destroy();
}
