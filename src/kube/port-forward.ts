import { Duplex, PassThrough, Writable } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';
import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import { type Credentials, openCredentials } from './credentials.ts';
import { type Failure, failure } from './failure.ts';
import type { ResolvedKubeconfig } from './kubeconfig.ts';
import { clientConfig } from './provider-auth.ts';
import { requestHeaders } from './request-parts.ts';

export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** A connection to a port inside a pod. It is destroyed with an error when the kubelet cannot connect there. The caller destroys it. */
export interface Forwarded {
  readonly ok: true;
  readonly stream: Duplex;
}

/** Opens one connection to one port. The signal ends the opening and the connection. */
export type ForwardPort = (target: PodPort, signal: AbortSignal) => Promise<Forwarded | Failure>;

/** A peer that sends without being asked is cut off here. */
const MOST_BYTES = 1024 * 1024;
const HANDSHAKE_MS = 8_000;

/**
 * Connections into pods through the API server and the kubelet, which connects inside the pod's own network namespace:
 * they work when the pod network does not. Only TCP can be forwarded.
 */
export function portForwarding(resolved: ResolvedKubeconfig, env: NodeJS.ProcessEnv): ForwardPort {
  const credentials = openCredentials({ resolved, env, wall: Date.now });
  return async ({ namespace, pod, port }, signal) => {
    const config = await streamingConfig(resolved, credentials, signal);
    if ('ok' in config) return config;
    const { PortForward } = await import('@kubernetes/client-node');
    const { WebSocketHandler } = await import('@kubernetes/client-node/dist/web-socket-handler.js');
    const pipe = pipeTo();
    // Without streams of its own the official client ends this process's output when the server closes a channel.
    const own = { stdin: pipe.input, stdout: new PassThrough(), stderr: new PassThrough() };
    const client = new PortForward(config, true, new WebSocketHandler(config, undefined, own));
    try {
      const socket = await client.portForward(namespace, pod, [port], pipe.output, pipe.errors, pipe.input);
      if (typeof socket === 'function') return failure('closed', say`The connection was not opened.`);
      pipe.attach(() => socket.terminate());
      socket.onclose = pipe.ended;
      if (socket.readyState > socket.OPEN) pipe.ended();
      signal.addEventListener('abort', () => pipe.stream.destroy(), { once: true });
      if (signal.aborted) pipe.stream.destroy();
      return { ok: true, stream: pipe.stream };
    } catch (error) {
      return streamingFailure(error, signal, `port-forward to ${namespace}/${pod}`);
    }
  };
}

/** One stream out of the three that the official client wants. */
function pipeTo() {
  let hangUp = (): void => undefined;
  let received = 0;
  const input = new PassThrough();
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk, _encoding, done) => void input.write(chunk, done),
    destroy: (error, done) => {
      hangUp();
      done(error);
    },
  });
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      received += chunk.length;
      if (received > MOST_BYTES) stream.destroy(new Error('the pod sent too much'));
      else if (chunk.length > 0 && !stream.destroyed) stream.push(chunk);
      done();
    },
  });
  const errors = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (chunk.length > 0) stream.destroy(new Error(chunk.toString('utf8').trim().slice(0, 500)));
      done();
    },
  });
  // Whoever reads the stream hears of an error by reading; without a reader it must not end the process.
  stream.on('error', () => undefined);
  return {
    input,
    output,
    errors,
    stream,
    attach: (end: () => void): void => {
      hangUp = end;
      if (stream.destroyed) end();
    },
    ended: (): void => {
      if (!stream.destroyed) stream.push(null);
    },
  };
}

/** The official client's configuration with our own credentials, all headers of impersonation, and an end to waiting. */
export async function streamingConfig(
  resolved: ResolvedKubeconfig,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<KubeConfig | Failure> {
  const used = await credentials.get();
  if (!used.ok) return used;
  const { certificate, key } = used;
  const config = await clientConfig({
    ...resolved,
    user: {
      name: resolved.user.name,
      certificate: certificate === null ? {} : { data: certificate },
      key: key === null ? {} : { data: key },
      asGroups: [],
      asExtra: {},
    },
  });
  const apply = config.applyToHTTPSOptions.bind(config);
  config.applyToHTTPSOptions = async options => {
    await apply(options);
    const headers = requestHeaders(resolved.user, used, { accept: '*/*' }, true);
    Object.assign(options, { headers, signal, handshakeTimeout: HANDSHAKE_MS });
  };
  return config;
}

/** Puts the error of a WebSocket that could not be opened into words. */
export function streamingFailure(error: unknown, signal: AbortSignal, what: string): Failure {
  const said = messageOf(error);
  const status = Number(/Unexpected server response: (\d{3})/.exec(said)?.[1] ?? Number.NaN);
  if (status === 403 || status === 401)
    return failure('rbac', say`These credentials may not ${field(what)}.`, { status });
  if (status === 404) return failure('not-served', say`There is nothing to ${field(what)}.`, { status });
  if (!Number.isNaN(status))
    return failure('server-error', say`The API server answers ${status} to: ${field(what)}.`, { status });
  const isLate = signal.aborted || /timed out|aborted/i.test(said);
  return failure(isLate ? 'timeout' : 'closed', say`Could not ${field(what)}: ${field(said.slice(0, 300))}`);
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}
