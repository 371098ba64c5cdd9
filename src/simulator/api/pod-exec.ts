import { createHash } from 'node:crypto';
import type { Json, Stored } from '../world.ts';
import { ApiFailure } from '../world.ts';
import type { ResourceExchange } from './exchange.ts';
import { badRequest } from './failures.ts';
import { named } from './lists.ts';

/** What is added to the key of a WebSocket before it is hashed: RFC 6455. */
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const OUTPUT = 1;
const STATUS = 3;
const CLOSE = Buffer.from([0x88, 0]);

/** A command in a container, over a WebSocket: what it prints on one channel, then how it ended on another. */
export function podExec(exchange: ResourceExchange): void {
  const { request, response, query, behaviour, info } = exchange;
  const pod = named(exchange);
  const container = containerOf(pod, query.get('container') ?? '');
  const command = query.getAll('command');
  if (command.length === 0) throw badRequest('you must specify at least 1 command for the container');
  const key = request.headers['sec-websocket-key'];
  if (key === undefined) throw badRequest('Upgrade request required');
  refuseUnreachable(exchange, pod);
  const { socket } = request;
  response.detachSocket(socket);
  socket.resume();
  const accept = createHash('sha1').update(`${key}${MAGIC}`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n`,
  );
  const ended = behaviour.exec(info.namespace ?? '', pod.metadata.name, container, command);
  if (ended !== undefined && ended.output !== '') socket.write(frame(OUTPUT, ended.output));
  socket.write(frame(STATUS, JSON.stringify(statusOf(command[0] ?? '', ended?.exitCode))));
  socket.end(CLOSE);
}

function containerOf(pod: Stored, asked: string): string {
  const names: string[] = (pod.spec?.containers ?? []).map(({ name }: Json) => name);
  if (asked === '' || names.includes(asked)) return asked === '' ? (names[0] ?? '') : asked;
  throw badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`);
}

/** The command is run by the node's kubelet. */
function refuseUnreachable({ world }: ResourceExchange, pod: Stored): void {
  const node = world.get('/nodes', undefined, pod.spec?.nodeName ?? '');
  const ready = node?.status?.conditions?.find((entry: Json) => entry.type === 'Ready');
  if (ready?.status !== 'Unknown') return;
  throw new ApiFailure(500, 'InternalError', 'error dialing backend: i/o timeout');
}

function statusOf(program: string, exitCode: number | undefined): Json {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  if (exitCode === undefined) {
    const why = `exec: "${program}": executable file not found in $PATH`;
    const message = `OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`;
    return { metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 };
  }
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with exit code ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

function frame(channel: number, text: string): Buffer {
  const body = Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);
  if (body.length < 126) return Buffer.concat([Buffer.from([0x82, body.length]), body]);
  const head = Buffer.alloc(10);
  head.writeUInt16BE(0x827f);
  head.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([head, body]);
}
