import { ApiRefusal, connect } from '../api.ts';
import { durationMs, type Flags, readFlags } from '../flags.ts';
import { readTarget } from '../kubeconfig.ts';
import { type Call, type Tool, ToolFailure } from '../tool.ts';
import { createWaiting, speedOf } from '../waiting.ts';
import { type FluxCall, reasonOf } from './call.ts';
import { check } from './check.ts';
import { get } from './get.ts';
import { reconcile } from './reconcile.ts';
import { resume, suspend } from './suspend.ts';

interface Verb {
  readonly flags: string;
  readonly run: (flux: FluxCall) => Promise<number>;
}

const GLOBAL = 'context= kubeconfig= namespace=,n timeout= verbose help,h';

const VERBS: Readonly<Record<string, Verb>> = {
  reconcile: { flags: 'with-source force reset', run: reconcile },
  suspend: { flags: 'all', run: suspend },
  resume: { flags: 'all wait', run: resume },
  get: { flags: 'all-namespaces,A no-header label-selector=,l status-selector=', run: get },
  check: { flags: 'pre components= poll-interval=', run: check },
};

const VERSION = 'v2.9.5';

/** flux for the simulated homelab. */
export const flux: Tool = async call => {
  try {
    return await run(call);
  } catch (error) {
    if (!(error instanceof ToolFailure || error instanceof ApiRefusal)) throw error;
    call.err(`✗ ${reasonOf(error)}\n`);
    return error instanceof ToolFailure ? error.exitCode : 1;
  }
};

async function run(call: Call): Promise<number> {
  const { args } = call;
  if (args.includes('--version') || (args[0] === 'version' && args.includes('--client'))) {
    call.out(args[0] === 'version' ? `flux: ${VERSION}\n` : `flux version ${VERSION.slice(1)}\n`);
    return 0;
  }
  const name = verbOf(args);
  const verb = VERBS[name];
  if (!verb) throw new ToolFailure(`unknown command "${name}" for "flux"`);
  const flags = readFlags(args, `${GLOBAL} ${verb.flags}`);
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
    namespace: flags.value('namespace') ?? call.env.FLUX_SYSTEM_NAMESPACE ?? 'flux-system',
    timeoutMs: timeoutOf(flags),
  });
}

function timeoutOf(flags: Flags): number {
  const text = flags.value('timeout') ?? '5m';
  const timeout = durationMs(text);
  if (timeout === undefined || /^\d+$/.test(text)) {
    throw new ToolFailure(
      `invalid argument "${text}" for "--timeout" flag: time: missing unit in duration "${text}"`,
    );
  }
  return timeout;
}

function verbOf(args: readonly string[]): string {
  const takes = new Set(['--context', '--kubeconfig', '--namespace', '-n', '--timeout']);
  return args.find((arg, index) => !arg.startsWith('-') && !takes.has(args[index - 1] ?? '')) ?? '';
}
