import { ApiRefusal, connect } from '../api.ts';
import { readFlags } from '../flags.ts';
import { readTarget } from '../kubeconfig.ts';
import { type Call, type Tool, ToolFailure } from '../tool.ts';
import { createWaiting, speedOf } from '../waiting.ts';
import { type HelmCall, isServerSide, reasonOf } from './call.ts';
import { rollback } from './rollback.ts';
import { history, list, manifest, status } from './show.ts';
import { upgrade } from './upgrade.ts';

interface Verb {
  readonly flags: string;
  readonly run: (helm: HelmCall) => Promise<number>;
}

const GLOBAL = 'kube-context= kubeconfig= namespace=,n debug help,h burst-limit= qps=';

const VERBS: Readonly<Record<string, Verb>> = {
  list: {
    flags:
      'all,a all-namespaces,A output=,o filter=,f deployed failed pending superseded uninstalled max=,m no-headers',
    run: list,
  },
  status: { flags: 'output=,o revision= show-resources', run: status },
  history: { flags: 'output=,o max=', run: history },
  'get manifest': { flags: 'revision=', run: manifest },
  rollback: {
    flags: 'wait wait-for-jobs timeout= force cleanup-on-fail history-max= no-hooks recreate-pods dry-run',
    run: rollback,
  },
  upgrade: {
    flags:
      'install,i version= wait wait-for-jobs timeout= create-namespace values=,f set= reset-values reuse-values history-max= hide-notes atomic cleanup-on-fail force take-ownership skip-crds force-conflicts',
    run: upgrade,
  },
};

const SHORT: Readonly<Record<string, string>> = { ls: 'list', hist: 'history' };

/** helm 3 for the charts of the simulated homelab. */
export const helm: Tool = async call => {
  try {
    return await run(call);
  } catch (error) {
    if (!(error instanceof ToolFailure || error instanceof ApiRefusal)) throw error;
    call.err(`Error: ${reasonOf(error)}\n`);
    return error instanceof ToolFailure ? error.exitCode : 1;
  }
};

async function run(call: Call): Promise<number> {
  if (answersWithoutCluster(call)) return 0;
  const name = verbOf(call.args);
  const verb = VERBS[name];
  if (!verb) {
    throw new ToolFailure(`unknown command "${name}" for "helm"\nRun 'helm --help' for usage.`);
  }
  const flags = readFlags(call.args, `${GLOBAL} ${verb.flags}`);
  const speed = speedOf(call.env);
  const options = {
    kubeconfig: flags.value('kubeconfig'),
    context: flags.value('kube-context') ?? call.env.HELM_KUBECONTEXT,
  };
  let target: ReturnType<typeof readTarget>;
  try {
    target = readTarget(call.env, options);
  } catch (error) {
    throw error instanceof ToolFailure
      ? new ToolFailure(`Kubernetes cluster unreachable: ${error.message}`)
      : error;
  }
  const api = connect(target, speed);
  await api.send('/version');
  return verb.run({
    call,
    flags,
    words: flags.words.slice(name.split(' ').length),
    api,
    waiting: createWaiting(speed),
    namespace: flags.value('namespace') ?? target.namespace,
  });
}

/** Global flags may come before the verb; the verb is found without knowing the verb's own flags. */
function verbOf(args: readonly string[]): string {
  const takes = new Set(['--kube-context', '--kubeconfig', '--namespace', '-n']);
  const words = args.filter((arg, index) => !arg.startsWith('-') && !takes.has(args[index - 1] ?? ''));
  const [first = '', second = ''] = words;
  return first === 'get' ? `get ${second}` : (SHORT[first] ?? first);
}

const VERSION = 'v3.18.4';

function answersWithoutCluster({ args, out, env }: Call): boolean {
  const [verb, sub] = args;
  if (verb === 'version') {
    const short = args.includes('--short');
    if (isServerSide(env)) out(short ? 'v4.0.4+g8650e1d\n' : 'version.BuildInfo{Version:"v4.0.4"}\n');
    else
      out(
        short
          ? `${VERSION}+gd80839c\n`
          : `version.BuildInfo{Version:"${VERSION}", GitCommit:"d80839cf37d860c8aa9a0503fe463278f26cd5e2", GitTreeState:"clean", GoVersion:"go1.24.4"}\n`,
      );
  } else if (verb === 'plugin' && (sub === 'list' || sub === 'ls')) {
    out('NAME\tVERSION\tDESCRIPTION\n');
  } else {
    return false;
  }
  return true;
}
