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
   * Undefined lists in pages. A version asks for one answer, at least as new as that ('0': any): servers search their
   * cache for it, while a limit makes them read the whole kind from etcd, which a selector that finds little in much
   * does not deserve.
   */
  readonly since: string | undefined;
  /** Takes the items of one page as they came. Called with `true` first when the list starts (again). */
  readonly take: (items: readonly unknown[], isFirst: boolean) => void;
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
 * Lists in pages, so that no answer blocks the event loop for long. When the server has forgotten the place where a
 * page ended (410), the list starts again from its first page.
 */
export async function listPages(ask: ListAsk): Promise<Listed | Failure> {
  for (let start = 0; ; start++) {
    const listed = await listOnce(ask);
    if (listed.ok || listed.status !== 410 || start >= RESTARTS) return listed;
  }
}

async function listOnce({
  transport,
  at,
  accept,
  slot,
  signal,
  since,
  take,
}: ListAsk): Promise<Listed | Failure> {
  let next: string | undefined;
  let count = 0;
  do {
    const paging = since === undefined ? { limit: PAGE, continue: next } : { resourceVersion: since };
    const query = { ...at.query, ...paging };
    const answer = await slot(() => transport.request('GET', at.path, { query, accept, signal }));
    if (!answer.ok) return answer;
    const page = readPage(answer.json);
    if (page === undefined)
      return failure(
        'parse',
        say`The API server sent JSON that is not a list. Check the server address in the kubeconfig.`,
        { status: 200 },
      );
    take(page.items, next === undefined);
    count += page.items.length;
    if (page.next === undefined) return { ok: true, resourceVersion: page.resourceVersion };
    next = page.next;
  } while (count < LARGEST_LIST);
  return failure('too-large', say`More than ${LARGEST_LIST} objects; they are not read.`);
}

function readPage(
  json: unknown,
): { items: readonly unknown[]; resourceVersion: string; next: string | undefined } | undefined {
  if (!isRecord(json) || !isRecord(json.metadata)) return undefined;
  const { resourceVersion, continue: next } = json.metadata;
  const items = json.items ?? [];
  if (!Array.isArray(items) || typeof resourceVersion !== 'string') return undefined;
  return { items, resourceVersion, next: typeof next === 'string' && next !== '' ? next : undefined };
}
