import { ApiRefusal, connect } from '../api.ts';
import { readFlags } from '../flags.ts';
import { readTarget } from '../kubeconfig.ts';
import { type Call, NoContext, type Tool, ToolFailure } from '../tool.ts';
import { createWaiting, speedOf } from '../waiting.ts';
import { apply } from './apply.ts';
import type { KubectlCall } from './call.ts';
import { annotate, patch, scale, setSchedulable } from './change.ts';
import { get } from './get.ts';
import { remove } from './remove.ts';
import { rollout } from './rollout.ts';
import { version } from './version.ts';
import { wait } from './wait.ts';

interface Verb {
  readonly flags: string;
  readonly run: (kubectl: KubectlCall) => Promise<number>;
}

const GLOBAL = 'context= kubeconfig= namespace=,n request-timeout= help,h v=';
const CHOICE = 'selector=,l all-namespaces,A all output=,o field-selector=';

const VERBS: Readonly<Record<string, Verb>> = {
  get: { flags: `${CHOICE} no-headers ignore-not-found show-labels watch,w`, run: get },
  scale: { flags: `${CHOICE} replicas= timeout=`, run: scale },
  rollout: { flags: `${CHOICE} timeout= watch,w`, run: rollout },
  uncordon: { flags: 'selector=,l', run: setSchedulable(true) },
  cordon: { flags: 'selector=,l', run: setSchedulable(false) },
  wait: { flags: `${CHOICE} for= timeout=`, run: wait },
  annotate: { flags: `${CHOICE} overwrite field-manager=`, run: annotate },
  patch: { flags: `${CHOICE} patch=,p type= subresource= field-manager=`, run: patch },
  apply: { flags: 'server-side force-conflicts filename=,f field-manager=', run: apply },
  delete: {
    flags: `${CHOICE} filename=,f force grace-period= wait now ignore-not-found timeout=`,
    run: remove,
  },
};

/** kubectl for the verbs that recovering the simulated homelab needs. */
export const kubectl: Tool = async call => {
  try {
    return await run(call);
  } catch (error) {
    if (!(error instanceof ToolFailure || error instanceof ApiRefusal)) throw error;
    call.err(`${reasonOf(error)}\n`);
    return 1;
  }
};

function reasonOf(error: ToolFailure | ApiRefusal): string {
  if (error instanceof NoContext)
    return `Error in configuration: context was not found for specified context: ${error.context}`;
  if (error instanceof ToolFailure)
    return error.message.startsWith('error: ') ? error.message : `error: ${error.message}`;
  if (error.code > 0) return `Error from server (${error.reason}): ${error.message}`;
  const [, host = ''] = /Get "http:\/\/([^/"]+)/.exec(error.message) ?? [];
  if (error.message.endsWith('connection refused')) {
    return `The connection to the server ${host} was refused - did you specify the right host or port?`;
  }
  return `Unable to connect to the server: ${error.message.replace(/^Get "[^"]*": /, '')}`;
}

async function run(call: Call): Promise<number> {
  const name = verbOf(call.args);
  if (name === 'version') return version(call);
  const verb = VERBS[name];
  if (!verb) throw new ToolFailure(`unknown command "${name}" for "kubectl"`);
  const flags = flagsOf(call.args, name, verb);
  const speed = speedOf(call.env);
  const target = readTarget(call.env, {
    kubeconfig: flags.value('kubeconfig'),
    context: flags.value('context'),
  });
  return verb.run({
    call,
    flags,
    words: flags.words.slice(1),
    api: connect(target, speed),
    waiting: createWaiting(speed),
    namespace: flags.value('namespace') ?? target.namespace,
  });
}

function flagsOf(args: readonly string[], name: string, verb: Verb): ReturnType<typeof readFlags> {
  try {
    return readFlags(args, `${GLOBAL} ${verb.flags}`);
  } catch (error) {
    throw error instanceof ToolFailure
      ? new ToolFailure(`${error.message}\nSee 'kubectl ${name} --help' for usage.`)
      : error;
  }
}

function verbOf(args: readonly string[]): string {
  const takes = new Set(['--context', '--kubeconfig', '--namespace', '-n', '--request-timeout']);
  return args.find((arg, index) => !arg.startsWith('-') && !takes.has(args[index - 1] ?? '')) ?? '';
}
