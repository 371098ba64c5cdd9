import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, onTestFinished } from 'vitest';
import { makeAuthority } from '../kube/fixtures/certificates.ts';

const authority = makeAuthority('test-ca');
afterAll(() => authority[Symbol.dispose]());
const leaf = authority.issue('hook', { names: 'IP:127.0.0.1,DNS:localhost' });

export interface Hit {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
}

/** A real https server on this machine that remembers what it was sent. */
export async function hook(answer: (response: ServerResponse, request: IncomingMessage) => void) {
  const hits: Hit[] = [];
  const server = createServer({ cert: leaf.cert, key: leaf.key }, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', part => {
      body += part;
    });
    request.on('end', () => {
      hits.push({ method: request.method, url: request.url, body });
      answer(response, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `https://localhost:${port}/T0KEN/path`, port, hits };
}

/** For `sendHttps`: trusts it, and may reach this machine. */
export const options = { ca: authority.ca, mayReach: () => true };
