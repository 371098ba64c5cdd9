import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Caller, everything, limitedTo } from '../../src/simulator/api/access.ts';
import { startApiServer } from '../../src/simulator/api/api-server.ts';
import { kubeconfigText } from '../../src/simulator/api/kubeconfig.ts';
import { type SimulatedCluster, startCluster } from '../../src/simulator/controllers/start-cluster.ts';
import type { Sandbox } from './program.ts';

/** A simulated cluster in the process of the test, for what no command of the program arranges. */
export interface TestApi {
  readonly cluster: SimulatedCluster;
  readonly url: string;
  /** Writes a kubeconfig with that bearer token into the sandbox and gives its path. */
  readonly kubeconfig: (sandbox: Sandbox, token: string) => string;
  readonly close: () => Promise<void>;
}

/** May not even discover what is served. */
const nobody: Caller = { name: 'nobody', groups: ['system:authenticated'], allow: () => false };

/** Tokens: `admin`, `guest` (discovery alone), `nobody` (403 for everything); any other is answered 401. */
export async function startTestApi(): Promise<TestApi> {
  const cluster = startCluster({ speed: 20 });
  const server = await startApiServer({
    ...cluster,
    tokens: new Map([
      ['admin', everything()],
      ['guest', limitedTo('guest', [])],
      ['nobody', nobody],
    ]),
  });
  return {
    cluster,
    url: server.url,
    kubeconfig: (sandbox, token) => {
      const path = join(sandbox.folder, `kubeconfig-${token}`);
      writeFileSync(
        path,
        kubeconfigText({ url: server.url, token, context: 'homelab', clock: cluster.clock }),
        { mode: 0o600 },
      );
      return path;
    },
    close: async () => {
      await server.close();
      cluster.stop();
    },
  };
}
