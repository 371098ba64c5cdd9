import type { SizeName } from './large-world.ts';
import { end, type Figures, keys, median, over, pause, STARTED_MS, secondsUntil } from './measure.ts';
import type { Program } from './program.ts';
import type { Served } from './served.ts';

const HEALTHY = /all eight layers healthy/;
const BROKEN = /ROOT CAUSE/;
const STALL_MS = 20_000;
const FLOOD_SECONDS = 20;
/** Key presses for a median; a few more would only measure the machine. */
const PRESSES = 20;

type Order = NonNullable<Served['order']>;

/** Everything that can only be seen while the cluster does something: a served cluster that takes orders is needed. */
export async function situations(
  program: Program,
  served: Served,
  size: SizeName,
  order: Order,
): Promise<Figures> {
  const terminal = program.open(served);
  await terminal.until(program.ready(size), 120_000);
  await pause(STARTED_MS);
  const quiet = await keys(terminal, PRESSES);

  await order({ kind: 'leases', areRenewed: true });
  await pause(1_000);
  const leases = await over(terminal, served, FLOOD_SECONDS);
  await order({ kind: 'leases', areRenewed: false });
  await order({ kind: 'churn', podsPerSecond: 50, eventsPerSecond: 0 });
  await pause(1_000);
  const pods = await over(terminal, served, FLOOD_SECONDS);
  await order({ kind: 'churn', podsPerSecond: 50, eventsPerSecond: 500 });
  await pause(1_000);
  const flood = await over(terminal, served, FLOOD_SECONDS);
  const busy = await keys(terminal, PRESSES);
  terminal.hold();
  await pause(STALL_MS);
  const before = terminal.bytes();
  terminal.release();
  await pause(2_000);
  const replayed = terminal.bytes() - before;
  await order({ kind: 'churn', podsPerSecond: 0, eventsPerSecond: 0 });
  await pause(1_000);

  const changes: number[] = [];
  for (const isBroken of [true, false, true, false]) {
    await order({ kind: 'coredns', isBroken });
    changes.push(await secondsUntil(terminal, isBroken ? BROKEN : HEALTHY, 30));
    await pause(700);
  }
  await order({ kind: 'reach', reach: 'hang' });
  const noticed = await secondsUntil(terminal, /unreachable|no news/, 60);
  await pause(5_000);
  await order({ kind: 'reach', reach: 'normal' });
  const back = await secondsUntil(terminal, HEALTHY, 60);
  await end(terminal);
  return {
    keyMedian: median(quiet),
    keyWorst: Math.max(...quiet),
    floodKeyMedian: median(busy),
    floodKeyWorst: Math.max(...busy),
    leasesCpu: leases.cpuPercent ?? Number.NaN,
    podsCpu: pods.cpuPercent ?? Number.NaN,
    floodCpu: flood.cpuPercent ?? Number.NaN,
    floodBytes: flood.bytesPerSecond ?? Number.NaN,
    replayed,
    change: Math.max(...changes),
    noticed,
    back,
  };
}

/** Seconds from the start to the cause by name, on a cluster that is broken already. */
export async function named(program: Program, served: Served, order: Order): Promise<Figures> {
  await order({ kind: 'coredns', isBroken: true });
  const began = performance.now();
  const terminal = program.open(served);
  await terminal.until(BROKEN, 120_000);
  const seconds = (performance.now() - began) / 1000;
  await end(terminal);
  await order({ kind: 'coredns', isBroken: false });
  return { named: seconds };
}
