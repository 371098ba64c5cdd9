import { isRecord } from './kubeconfig-file.ts';

/** The clock of a simulated cluster: it showed `simulatedAt` at our `realAt` (epoch ms) and runs `speed` times as fast. */
export interface SimulatedClock {
  readonly speed: number;
  readonly realAt: number;
  readonly simulatedAt: number;
}

const EXTENSION = 'groundup.dev/simulated-clock';

/**
 * What the kubeconfig of a simulated cluster says about its clock, in an extension that other clients pass over.
 * Without it a faster clock would look like two clocks that differ more and more.
 */
export function readSimulatedClock(extensions: unknown): SimulatedClock | undefined {
  const found = (Array.isArray(extensions) ? extensions : []).find(
    one => isRecord(one) && one.name === EXTENSION,
  );
  const { speed, realAt, simulatedAt } = isRecord(found?.extension) ? found.extension : {};
  if (typeof speed !== 'number' || typeof realAt !== 'number' || typeof simulatedAt !== 'number') return;
  return { speed, realAt, simulatedAt };
}

/** The wall clock to judge a cluster by: ours, or that of the simulation. */
export function wallOf(clock: SimulatedClock | undefined): () => number {
  if (clock === undefined) return Date.now;
  const { speed, realAt, simulatedAt } = clock;
  return () => Math.floor(simulatedAt + (Date.now() - realAt) * speed);
}
