import { type Caller, everything, limitedTo } from '../../../src/simulator/api/access.ts';
import { startApiServer } from '../../../src/simulator/api/api-server.ts';
import { createBehaviour } from '../../../src/simulator/api/behaviour.ts';
import { createClock } from '../../../src/simulator/api/clock.ts';
import { createWorld, type ServedWorld } from '../../../src/simulator/api/create-world.ts';
import type { Behaviour, Json } from '../../../src/simulator/world.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface Ask {
  readonly token?: string | undefined;
  readonly body?: Json;
  readonly type?: string;
  readonly accept?: string;
}

export interface TestServer {
  readonly world: ServedWorld;
  readonly behaviour: Behaviour;
  readonly url: string;
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** Opens a watch and gives its lines one by one; `undefined` when the stream ended. */
  watch(path: string, accept?: string): Promise<{ next(): Promise<Json>; stop(): void }>;
  close(): Promise<void>;
}

const TOKENS: ReadonlyMap<string, Caller> = new Map([
  ['root', everything('root')],
  [
    'viewer',
    limitedTo('vera', [
      { verbs: ['get', 'list', 'watch'], groups: ['', 'apps'], resources: ['pods', 'deployments'] },
    ]),
  ],
]);

/** A server with three namespaces and nothing else, ten times as fast as life. */
export async function serve(): Promise<TestServer> {
  const clock = createClock({ speed: 10 });
  const behaviour = createBehaviour();
  const world = createWorld(clock, behaviour);
  for (const name of ['default', 'kube-system', 'apps']) world.create('/namespaces', { metadata: { name } });
  const server = await startApiServer({ world, clock, behaviour, tokens: TOKENS });
  const headersOf = ({ token = 'root', type, accept }: Ask): Record<string, string> => ({
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(type ? { 'content-type': type } : {}),
    ...(accept ? { accept } : {}),
  });
  return {
    world,
    behaviour,
    url: server.url,
    ask: async (method, path, ask = {}) => {
      const { body } = ask;
      const type = ask.type ?? (body === undefined ? '' : 'application/json');
      const response = await fetch(server.url + path, {
        method,
        headers: headersOf({ ...ask, type }),
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json');
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
    watch: async (path, accept) => {
      const abort = new AbortController();
      const headers = headersOf(accept ? { accept } : {});
      const response = await fetch(server.url + path, { headers, signal: abort.signal });
      const lines = linesOf(response);
      return {
        next: async () => {
          const { value, done } = await lines.next();
          return done ? undefined : JSON.parse(value);
        },
        stop: () => abort.abort(),
      };
    },
    close: async () => {
      clock.stop();
      await server.close();
    },
  };
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const part of response.body ?? []) {
    const pieces = (rest + decoder.decode(part, { stream: true })).split('\n');
    rest = pieces.pop() ?? '';
    yield* pieces;
  }
}

/** Polls until `get` gives something true; fails after five seconds. */
export async function eventually<T>(get: () => T | Promise<T>): Promise<T> {
  const end = Date.now() + 5000;
  for (;;) {
    const value = await get();
    if (value) return value;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)} after five seconds`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

export function deployment(name: string, spec: Json = {}): Json {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'app', image: 'app:1' }] },
      },
      ...spec,
    },
  };
}

export function pod(name: string, more: Json = {}): Json {
  const { metadata, ...rest } = more;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', ...metadata },
    spec: { containers: [{ name: 'app', image: 'app:1' }] },
    ...rest,
  };
}
