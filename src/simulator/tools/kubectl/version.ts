import { ApiRefusal, connect } from '../api.ts';
import { readFlags } from '../flags.ts';
import { readTarget } from '../kubeconfig.ts';
import type { Call } from '../tool.ts';
import { speedOf } from '../waiting.ts';

const CLIENT = {
  major: '1',
  minor: '33',
  gitVersion: 'v1.33.1',
  gitCommit: '8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828',
  gitTreeState: 'clean',
  buildDate: '2025-05-15T08:27:33Z',
  goVersion: 'go1.24.2',
  compiler: 'gc',
  platform: 'linux/amd64',
};
const KUSTOMIZE = 'v5.6.0';

/** `kubectl version [--client] [-o json]`. Says its own version although the server does not answer. */
export async function version(call: Call): Promise<number> {
  const flags = readFlags(call.args, 'client output=,o context= kubeconfig= namespace=,n');
  const json = flags.value('output') === 'json';
  const asked = flags.has('client')
    ? null
    : readTarget(call.env, { kubeconfig: flags.value('kubeconfig'), context: flags.value('context') });
  let server: { gitVersion: string } | undefined;
  let refusal: unknown;
  if (asked) {
    try {
      server = await connect(asked, speedOf(call.env)).send('/version');
    } catch (error) {
      refusal = error;
    }
  }
  if (json) {
    const all = {
      clientVersion: CLIENT,
      kustomizeVersion: KUSTOMIZE,
      ...(server ? { serverVersion: server } : {}),
    };
    call.out(`${JSON.stringify(all, null, 2)}\n`);
  } else {
    call.out(`Client Version: ${CLIENT.gitVersion}\nKustomize Version: ${KUSTOMIZE}\n`);
    if (server) call.out(`Server Version: ${server.gitVersion}\n`);
  }
  if (refusal instanceof ApiRefusal) throw refusal;
  return 0;
}
