import type { Simulation } from '../simulator/start-simulation.ts';
import { faultOf } from './demo.ts';
import { exitCodes } from './exit-codes.ts';

/** Prints how to reach the simulated cluster, as lines for `eval`, and stays until a signal. */
export async function serve(simulation: Simulation, scenario: string | undefined): Promise<number> {
  if (scenario !== undefined) faultOf(simulation, scenario).break();
  const { KUBECONFIG, PATH, ROOT_DIR } = simulation.env;
  for (const [name, value] of Object.entries({ KUBECONFIG, PATH, ROOT_DIR })) {
    process.stdout.write(`export ${name}=${quoted(value ?? '')}\n`);
  }
  await new Promise<void>(done => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done());
    process.stdout.once('error', () => done());
  });
  return exitCodes.healthy;
}

function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
