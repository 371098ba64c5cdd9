import { type Flags, readFlags } from '../flags.ts';
import { type Call, type Tool, ToolFailure } from '../tool.ts';
import { createHelms, type Helms } from './child.ts';
import { each } from './each.ts';
import { list } from './list.ts';
import { groupsOf } from './order.ts';
import { type Release, readState, type State, select } from './state.ts';
import { sync } from './sync.ts';

/** What a verb of helmfile works with. */
export interface HelmfileCall {
  readonly call: Call;
  readonly flags: Flags;
  readonly state: State;
  readonly chosen: readonly Release[];
  readonly groups: readonly (readonly Release[])[];
  readonly helms: Helms;
}

interface Verb {
  readonly flags: string;
  readonly run: (helmfile: HelmfileCall) => Promise<number>;
}

const GLOBAL =
  'file=,f kube-context= kubeconfig= selector=,l environment=,e namespace=,n quiet,q debug color no-color log-level= skip-deps skip-refresh disable-force-update enable-live-output interactive,i helm-binary=,b allow-no-matching-release help,h';

const DIFF_FLAGS = 'args= context= detailed-exitcode skip-needs include-needs suppress-secrets';

const VERBS: Readonly<Record<string, Verb>> = {
  sync: {
    flags:
      'hide-notes args= sync-args= concurrency= include-needs include-transitive-needs skip-needs skip-crds wait wait-for-jobs take-ownership reset-values reuse-values set= values= validate cascade=',
    run: sync,
  },
  list: { flags: 'skip-charts output= keep-temp-dir', run: list },
  status: { flags: 'args= concurrency=', run: each('status') },
  template: {
    flags: 'args= concurrency= include-crds include-needs skip-needs skip-tests output-dir= set= values=',
    run: each('template'),
  },
  diff: { flags: DIFF_FLAGS, run: each('diff') },
  apply: { flags: `${DIFF_FLAGS} hide-notes skip-crds wait`, run: each('diff') },
};

/** helmfile 1.1 for the bootstrap repository of the simulated homelab. */
export const helmfile: Tool = async call => {
  try {
    return await run(call);
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;
    call.err(`${error.message}\n`);
    return error.exitCode;
  }
};

const VERSION = '1.1.3';
const USAGE = 3;

async function run(call: Call): Promise<number> {
  const { args, out } = call;
  if (args.includes('--version') || args[0] === '-v') {
    out(`helmfile version v${VERSION}\n`);
    return 0;
  }
  if (args[0] === 'version') {
    out(
      `\n▓▓▓ helmfile\n\n  Version              ${VERSION}\n  Git Commit           f4d3c1d\n  Dirty Build          no\n  Go version           1.24.4\n`,
    );
    return 0;
  }
  const name = verbOf(args);
  const verb = VERBS[name];
  if (!verb) throw new ToolFailure(`unknown command "${name}" for "helmfile"`, USAGE);
  const flags = flagsOf(args, verb);
  const state = readState(flags.value('file') ?? call.env.HELMFILE_FILE_PATH, call);
  const chosen = select(state.releases, flags.values('selector')).filter(one => one.enabled);
  const groups = groupsOf(state, chosen);
  const kubeconfig = flags.value('kubeconfig');
  const env = kubeconfig === undefined ? call.env : { ...call.env, KUBECONFIG: kubeconfig };
  return verb.run({ call, flags, state, chosen, groups, helms: createHelms({ ...call, env }) });
}

function flagsOf(args: readonly string[], verb: Verb): Flags {
  try {
    return readFlags(args, `${GLOBAL} ${verb.flags}`);
  } catch (error) {
    throw error instanceof ToolFailure ? new ToolFailure(error.message, USAGE) : error;
  }
}

/** The first word that is no flag's value. */
function verbOf(args: readonly string[]): string {
  const takes = new Set(
    GLOBAL.split(' ')
      .filter(entry => entry.includes('='))
      .flatMap(entry => {
        const [long = '', short] = entry.replace('=', '').split(',');
        return [`--${long}`, ...(short ? [`-${short}`] : [])];
      }),
  );
  return args.find((arg, index) => !arg.startsWith('-') && !takes.has(args[index - 1] ?? '')) ?? '';
}
