export interface Appointment {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export interface Agenda {
  add(at: number, run: () => void): Appointment;
  /** Takes an appointment off; one that is off already stays off. */
  delete(entry: Appointment): void;
  /** The one that is due first; of several at the same time the one that was made first. */
  first(): Appointment | undefined;
  clear(): void;
}

/** Appointments in the order of their time, as a binary heap: a large simulated cluster keeps tens of thousands. */
export function createAgenda(): Agenda {
  let heap: Appointment[] = [];
  let count = 0;
  const live = new Set<Appointment>();
  const sweep = (): void => {
    if (heap.length < 2 * live.size + 64) return;
    heap = [...live].sort((a, b) => (comesBefore(a, b) ? -1 : 1));
  };
  return {
    add: (at, run) => {
      count += 1;
      const entry: Appointment = { at, order: count, run };
      live.add(entry);
      heap.push(entry);
      rise(heap);
      return entry;
    },
    delete: entry => {
      if (live.delete(entry)) sweep();
    },
    first: () => {
      while (heap[0] !== undefined && !live.has(heap[0])) dropFirst(heap);
      return heap[0];
    },
    clear: () => {
      heap = [];
      live.clear();
    },
  };
}

function comesBefore(a: Appointment, b: Appointment): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Lets the last entry rise to its place. */
function rise(heap: Appointment[]): void {
  let at = heap.length - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (!swapIfEarlier(heap, above, at)) return;
    at = above;
  }
}

/** Takes the first entry away and lets the last one sink from its place. */
function dropFirst(heap: Appointment[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const below = isBefore(heap, left + 1, left) ? left + 1 : left;
    if (!swapIfEarlier(heap, at, below)) return;
    at = below;
  }
}

function isBefore(heap: readonly Appointment[], one: number, other: number): boolean {
  const a = heap[one];
  const b = heap[other];
  return a !== undefined && b !== undefined && comesBefore(a, b);
}

/** Swaps the two when the lower one comes before the upper one; says whether it did. */
function swapIfEarlier(heap: Appointment[], upper: number, lower: number): boolean {
  const a = heap[upper];
  const b = heap[lower];
  if (a === undefined || b === undefined || !comesBefore(b, a)) return false;
  heap[upper] = b;
  heap[lower] = a;
  return true;
}
