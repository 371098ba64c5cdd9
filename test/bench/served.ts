import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CountingProxy, countingProxy } from './counting-proxy.ts';
import type { Order } from './large-server.ts';
import type { SizeName } from './large-world.ts';

/** A cluster to measure against. `order` is there when it can be made to do things. */
export interface Served {
  readonly what: string;
  readonly env: Readonly<Record<string, string>>;
  readonly received: () => number;
  /** Null where requests cannot be counted from outside, because the connection is encrypted. */
  readonly requests: (() => number) | null;
  readonly order: ((what: Order) => Promise<void>) | null;
  readonly close: () => Promise<void>;
}

/** The simulator's API server, grown to a size, in a process of its own. */
export async function serveSimulated(size: SizeName): Promise<Served> {
  const child = fork(join(import.meta.dirname, 'large-server.ts'), [size]);
  const { port } = (await told(child)) as { port: number };
  const proxy = await countingProxy(port);
  const folder = privateFolder(kubeconfig(`http://127.0.0.1:${proxy.port}`));
  return {
    what: 'simulated',
    env: folder.env,
    received: proxy.received,
    requests: proxy.requests,
    order: async what => {
      child.send(what);
      await told(child);
    },
    close: async () => {
      await proxy.close();
      child.disconnect();
      folder.remove();
    },
  };
}

/** A filled API server that somebody else runs, named by a kubeconfig of this machine. */
export async function serveReal(file: string, text: string): Promise<Served> {
  const address = /https?:\/\/127\.0\.0\.1:(\d+)/.exec(text);
  if (address === null) throw new Error(`${file} does not name a server on 127.0.0.1`);
  const proxy: CountingProxy = await countingProxy(Number(address[1]));
  const folder = privateFolder(text.replace(`127.0.0.1:${address[1]}`, `127.0.0.1:${proxy.port}`));
  return {
    what: 'a real API server',
    env: folder.env,
    received: proxy.received,
    requests: text.includes('http://127') ? proxy.requests : null,
    order: null,
    close: async () => {
      await proxy.close();
      folder.remove();
    },
  };
}

/** The next word of a process that was started for us. */
export function told(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (code: number | null): void => reject(new Error(`a helper of the bench ended with ${code}`));
    child.once('exit', fail);
    child.once('message', word => {
      child.off('exit', fail);
      resolve(word);
    });
  });
}

function privateFolder(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'groundup-bench-'));
  writeFileSync(join(folder, 'kubeconfig'), text, { mode: 0o600 });
  const env = {
    KUBECONFIG: join(folder, 'kubeconfig'),
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CONFIG_HOME: join(folder, 'config'),
  };
  return { env, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'bench',
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    clusters: [{ name: 'bench', cluster: { server } }],
    users: [{ name: 'bench', user: { token: 'bench' } }],
  });
}
