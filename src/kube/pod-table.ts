import type { NodePods } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import { isRecord } from './kubeconfig-file.ts';

/** Counts the rows of the table that `kubectl get pods -o wide` prints. */
export interface PodCount {
  readonly add: (table: unknown) => boolean;
  readonly result: () => {
    readonly total: number;
    readonly byStatus: ReadonlyMap<string, number>;
    readonly byNode: ReadonlyMap<string, NodePods>;
  };
}

export interface PodCountAsk {
  /** Addresses of nodes: a pod that has one of them is on the host network. */
  readonly hostAddresses: ReadonlySet<string>;
  /** Cluster time, epoch ms, from which ages are counted back. */
  readonly now: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function podCount({ hostAddresses, now }: PodCountAsk): PodCount {
  let total = 0;
  const byStatus = new Map<string, number>();
  const byNode = new Map<string, Mutable<NodePods>>();
  return {
    add: table => {
      const rows = readRows(table);
      if (rows === undefined) return false;
      for (const row of rows) {
        total++;
        const status = row('Status');
        byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
        const nodeName = row('Node');
        if (nodeName === '' || nodeName === '<none>' || status !== 'Running') continue;
        const node = byNode.get(nodeName) ?? {
          running: 0,
          ready: 0,
          newestReadyStart: null,
          readyOnPodNetwork: 0,
        };
        byNode.set(nodeName, node);
        node.running++;
        if (!isReady(row('Ready'))) continue;
        node.ready++;
        const address = row('IP');
        if (address === '' || address === '<none>' || hostAddresses.has(address)) continue;
        node.readyOnPodNetwork++;
        const age = ageMs(row('Age'));
        if (age !== null) node.newestReadyStart = Math.max(node.newestReadyStart ?? 0, now - age);
      }
      return true;
    },
    result: () => ({ total, byStatus, byNode }),
  };
}

/** One function per row, from the name of a column to its cell. Columns are found by name: their order may change. */
function readRows(table: unknown): ((column: string) => string)[] | undefined {
  if (!isRecord(table) || !Array.isArray(table.columnDefinitions)) return undefined;
  const columns = new Map<string, number>();
  table.columnDefinitions.forEach((column, i) => {
    if (isRecord(column) && typeof column.name === 'string') columns.set(column.name, i);
  });
  const rows: unknown[] = Array.isArray(table.rows) ? table.rows : [];
  return rows.flatMap(row => {
    if (!isRecord(row) || !Array.isArray(row.cells)) return [];
    const { cells } = row;
    return [(column: string) => field(cells[columns.get(column) ?? -1])];
  });
}

function isReady(text: string): boolean {
  const [ready, wanted] = text.split('/');
  return ready === wanted && wanted !== undefined && wanted !== '0';
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  y: 365 * 86_400_000,
};

/** The age as kubectl prints it (`5m12s`, `3d4h`, `2y11d`), in ms; null when it is `<unknown>`. */
export function ageMs(text: string): number | null {
  if (!/^(\d+[smhdy])+$/.test(text)) return null;
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([smhdy])/g))
    ms += Number(count) * (UNITS[unit ?? ''] ?? 0);
  return ms;
}
