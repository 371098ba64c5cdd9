import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One WebSocket connection as the server has it: messages are a channel byte and data. */
export interface Tunnel {
  readonly send: (channel: number, data: string | Buffer) => void;
  readonly onMessage: (listener: (channel: number, data: Buffer) => void) => void;
  readonly end: () => void;
  readonly closed: Promise<unknown>;
  readonly request: IncomingMessage;
}

export interface TunnelServer {
  readonly url: string;
}

/** An API server of which only the streaming requests work; `status` refuses them instead. */
export async function tunnelServer(
  options: {
    readonly status?: number;
    readonly hang?: boolean;
    readonly onOpen?: (tunnel: Tunnel) => void;
  } = {},
): Promise<TunnelServer> {
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('upgrade', (request, raw) => {
    const socket = raw as Socket;
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (options.hang) return;
    if (options.status !== undefined) {
      socket.end(`HTTP/1.1 ${options.status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n`,
    );
    options.onOpen?.(tunnelOn(socket, request));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function tunnelOn(socket: Socket, request: IncomingMessage): Tunnel {
  socket.resume();
  return {
    request,
    closed: once(socket, 'end'),
    end: () => socket.end(Buffer.from([0x88, 0])),
    send: (channel, data) => {
      const body = Buffer.concat([Buffer.from([channel]), Buffer.from(data)]);
      const head =
        body.length < 126
          ? [0x82, body.length]
          : [0x82, 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map(shift => (body.length >>> shift) & 255)];
      socket.write(Buffer.concat([Buffer.from(head), body]));
    },
    onMessage: listener => {
      socket.on('data', frame => {
        const length = (frame[1] ?? 0) & 0x7f;
        if ((frame[0] ?? 0) !== 0x82 || length > 125) return;
        const mask = frame.subarray(2, 6);
        const body = frame.subarray(6, 6 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
        listener(body[0] ?? -1, Buffer.from(body.subarray(1)));
      });
    },
  };
}
