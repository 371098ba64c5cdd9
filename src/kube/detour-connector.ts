import { connect } from 'node:net';
import type { buildConnector as BuildConnector } from 'undici';

type Connector = BuildConnector.connector;

/** Connects to a port of this machine in the server's place; TLS is still spoken with the server, by its own name. */
export function detourConnector(port: number, direct: Connector): Connector {
  const here = { hostname: '127.0.0.1', port: String(port) };
  return (ask, callback) => {
    if (ask.protocol !== 'https:') return direct({ ...ask, ...here }, callback);
    const raw = connect(port, here.hostname);
    const failed = (error: Error): void => callback(error, null);
    raw.once('error', failed);
    raw.once('connect', () => {
      raw.off('error', failed);
      raw.on('error', () => undefined);
      direct({ ...ask, httpSocket: raw }, callback);
    });
  };
}
