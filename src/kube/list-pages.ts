import { say } from '../text/safe.ts';
import { type Failure, failure } from './failure.ts';
import { isRecord } from './kubeconfig-file.ts';
import type { ResourcePath } from './resource-path.ts';
import type { Transport } from './transport.ts';

export interface ListAsk {
  readonly transport: Transport;
  readonly at: ResourcePath;
  readonly accept: string;
  readonly slot: <T>(task: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
  /**
   * Undefined lists the newest, in pages. A version asks for one answer, at least as new as that ('0': any): servers
   * give it from the cache that feeds their watches, while a limit makes them read the whole kind from etcd.
   */
  readonly since: string | undefined;
  /** The list starts (again): what was taken is void. */
  readonly start: () => void;
  readonly take: (item: unknown) => void;
}

export interface Listed {
  readonly ok: true;
  readonly resourceVersion: string;
}

const PAGE = 500;
/** A list that grows out of its pages this often in a row is not going to end. */
const RESTARTS = 3;
const LARGEST_LIST = 100_000;

/**
 * Lists item by item, so that no answer blocks the event loop for long or is held as a whole. When the server has
 * forgotten the place where a page ended (410), the list starts again from its first page; one answer that is too
 * large is asked for again in pages.
 */
export async function listPages(ask: ListAsk): Promise<Listed | Failure> {
  let { since } = ask;
  for (let start = 0; ; start++) {
    const listed = await listOnce({ ...ask, since });
    if (listed.ok || start >= RESTARTS) return listed;
    if (listed.reason === 'too-large' && listed.status === null && since !== undefined) since = undefined;
    else if (listed.status !== 410) return listed;
  }
}

async function listOnce(ask: ListAsk): Promise<Listed | Failure> {
  const { transport, at, accept, signal, since } = ask;
  let next: string | undefined;
  let count = 0;
  ask.start();
  const take = (item: unknown): void => {
    if (count++ < LARGEST_LIST) ask.take(item);
  };
  do {
    // A version cannot be asked for together with the place where a page ended.
    const isPaged = since === undefined || next !== undefined;
    const paging = isPaged ? { limit: PAGE, continue: next } : { resourceVersion: since };
    const query = { ...at.query, ...paging };
    const each = { field: 'items', take } as const;
    const answer = await ask.slot(() => transport.request('GET', at.path, { query, accept, signal, each }));
    if (!answer.ok) return answer;
    const page = readPage(answer.json);
    if (page === undefined)
      return failure(
        'parse',
        say`The API server sent JSON that is not a list. Check the server address in the kubeconfig.`,
        { status: 200 },
      );
    if (page.next === undefined && count <= LARGEST_LIST)
      return { ok: true, resourceVersion: page.resourceVersion };
    next = page.next;
  } while (next !== undefined && count <= LARGEST_LIST);
  return failure('too-large', say`More than ${LARGEST_LIST} objects; they are not read.`);
}

function readPage(json: unknown): { resourceVersion: string; next: string | undefined } | undefined {
  if (!isRecord(json) || !isRecord(json.metadata)) return undefined;
  const { resourceVersion, continue: next } = json.metadata;
  if (!Array.isArray(json.items ?? []) || typeof resourceVersion !== 'string') return undefined;
  return { resourceVersion, next: typeof next === 'string' && next !== '' ? next : undefined };
}
