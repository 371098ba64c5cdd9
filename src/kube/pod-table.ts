import type { NodePods } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import { isRecord } from './kubeconfig-file.ts';

/** Counts the rows of the table that `kubectl get pods -o wide` prints. */
export interface PodCount {
  /** Counts one row; false when what stands before the rows is not the head of such a table. */
  readonly add: (head: unknown, row: unknown) => boolean;
  readonly isTable: (table: unknown) => boolean;
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
type Column = 'Status' | 'Node' | 'Ready' | 'IP' | 'Age';

export function podCount({ hostAddresses, now }: PodCountAsk): PodCount {
  let total = 0;
  let known: unknown;
  let columns: Readonly<Record<Column, number>> | null = null;
  const byStatus = new Map<string, number>();
  const byNode = new Map<string, Mutable<NodePods>>();
  const count = (cells: readonly unknown[], at: Readonly<Record<Column, number>>): void => {
    total++;
    const status = field(cells[at.Status]);
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    const nodeName = field(cells[at.Node]);
    if (nodeName === '' || nodeName === '<none>' || status !== 'Running') return;
    const node = byNode.get(nodeName) ?? {
      running: 0,
      ready: 0,
      newestReadyStart: null,
      readyOnPodNetwork: 0,
    };
    byNode.set(nodeName, node);
    node.running++;
    if (!isReady(field(cells[at.Ready]))) return;
    node.ready++;
    const address = field(cells[at.IP]);
    if (address === '' || address === '<none>' || hostAddresses.has(address)) return;
    node.readyOnPodNetwork++;
    const age = ageMs(field(cells[at.Age]));
    if (age !== null) node.newestReadyStart = Math.max(node.newestReadyStart ?? 0, now - age);
  };
  return {
    add: (head, row) => {
      if (head !== known) {
        known = head;
        columns = readColumns(head);
      }
      if (columns === null) return false;
      if (isRecord(row) && Array.isArray(row.cells)) count(row.cells, columns);
      return true;
    },
    isTable: table => readColumns(table) !== null,
    result: () => ({ total, byStatus, byNode }),
  };
}

/** Columns are found by name: their order may change. */
function readColumns(table: unknown): Readonly<Record<Column, number>> | null {
  if (!isRecord(table) || !Array.isArray(table.columnDefinitions)) return null;
  const names = table.columnDefinitions.map(column => (isRecord(column) ? column.name : undefined));
  const at = (name: Column): number => names.indexOf(name);
  return { Status: at('Status'), Node: at('Node'), Ready: at('Ready'), IP: at('IP'), Age: at('Age') };
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
