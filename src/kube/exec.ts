import { PassThrough, Writable } from 'node:stream';
import { say } from '../text/safe.ts';
import { openCredentials } from './credentials.ts';
import { type Failure, failure } from './failure.ts';
import type { ResolvedKubeconfig } from './kubeconfig.ts';
import { streamingConfig, streamingFailure } from './port-forward.ts';

export interface ExecAsk {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
}

export interface Executed {
  readonly ok: true;
  /** Standard output and error as they came, not sanitised; cut after 64 KiB. */
  readonly output: string;
  /** False when the command ended with another code than 0, or could not be started. */
  readonly succeeded: boolean;
  /** The kubelet's own words when it did not succeed; not sanitised, and empty otherwise. */
  readonly why: string;
}

/** Runs one command in a container of a running pod. The signal is its only time limit. */
export type ExecInPod = (ask: ExecAsk, signal: AbortSignal) => Promise<Executed | Failure>;

const MOST_BYTES = 64 * 1024;

/** Commands in pods, by way of the API server and the kubelet: they need no pod network. */
export function execInPods(resolved: ResolvedKubeconfig, env: NodeJS.ProcessEnv): ExecInPod {
  const credentials = openCredentials({ resolved, env, wall: Date.now });
  return async ({ namespace, pod, container, command }, signal) => {
    const config = await streamingConfig(resolved, credentials, signal);
    if ('ok' in config) return config;
    const { Exec } = await import('@kubernetes/client-node');
    const { WebSocketHandler } = await import('@kubernetes/client-node/dist/web-socket-handler.js');
    const kept = keeper();
    // Without streams of its own the official client ends this process's output when the server closes a channel.
    const own = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    const client = new Exec(config, new WebSocketHandler(config, undefined, own));
    const ended = Promise.withResolvers<Executed | Failure>();
    const stop = (): void => ended.resolve(failure('timeout', say`The command did not end in time.`));
    try {
      const socket = await client.exec(
        namespace,
        pod,
        container,
        [...command],
        kept.stream(),
        kept.stream(),
        null,
        false,
        ({ status, message = '' }) => {
          const succeeded = status === 'Success';
          ended.resolve({ ok: true, output: kept.text(), succeeded, why: succeeded ? '' : message });
        },
      );
      socket.onclose = () => ended.resolve(failure('closed', say`The connection ended before the command.`));
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      const result = await ended.promise;
      socket.terminate();
      return result;
    } catch (error) {
      return streamingFailure(error, signal, `exec into ${namespace}/${pod}`);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}

/** Both outputs in one text, in the order they came. */
function keeper() {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    stream: () =>
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          if (size < MOST_BYTES) chunks.push(chunk.subarray(0, MOST_BYTES - size));
          size += chunk.length;
          done();
        },
      }),
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
