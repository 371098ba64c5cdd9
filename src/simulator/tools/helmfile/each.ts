import { stringify } from 'yaml';
import { manifestOf, releaseObjects } from '../../seed/releases.ts';
import { ToolFailure } from '../tool.ts';
import { failureBlocks } from './child.ts';
import type { HelmfileCall } from './helmfile.ts';
import { chartPath, prepareCharts } from './prepare.ts';
import { checkValues, type Release } from './state.ts';

type Verb = 'status' | 'template' | 'diff';

/** A verb that does the same thing to one release after the other and stops at the first failure. */
export function each(verb: Verb): (helmfile: HelmfileCall) => Promise<number> {
  return async helmfile => {
    if (verb !== 'status') await prepareCharts(helmfile);
    for (const release of helmfile.groups.flat()) await VERBS[verb](helmfile, release);
    return 0;
  };
}

const VERBS: Readonly<Record<Verb, (helmfile: HelmfileCall, release: Release) => Promise<void>>> = {
  status,
  template,
  diff,
};

async function status(
  { call, flags, helms, state }: HelmfileCall,
  { name, namespace }: Release,
): Promise<void> {
  call.err(`Getting status ${name}\n`);
  const context = contextArgs(flags.value('kube-context'));
  const ended = await helms.run([...context, 'status', name, '--namespace', namespace, ...context]);
  if (ended.code !== 0)
    throw new ToolFailure(`in ${state.shown}: release "${name}" failed: ${failureBlocks(ended)}`);
  call.err(`${ended.stdout}\n`);
}

async function template({ call, flags, state }: HelmfileCall, release: Release): Promise<void> {
  checkValues(state, release);
  call.err(`Templating release=${release.name}, chart=${chartPath(release)}\n`);
  const objects = releaseObjects(release.name);
  if (flags.has('include-crds'))
    for (const one of objects.filter(({ kind }) => kind === 'CustomResourceDefinition'))
      call.out(`---\n${stringify(one)}`);
  call.out(`${manifestOf(release.chart.split('/').at(-1) ?? '', objects)}\n`);
}

/** The plugin that compares is not installed: helm does not know the word. */
async function diff({ call, state, helms }: HelmfileCall, release: Release): Promise<void> {
  const { name, namespace, version } = release;
  call.err(`Comparing release=${name}, chart=${chartPath(release)}, namespace=${namespace}\n`);
  const values = checkValues(state, release).flatMap(path => ['--values', path]);
  const ended = await helms.run([
    'diff',
    'upgrade',
    '--allow-unreleased',
    name,
    chartPath(release),
    ...(version ? ['--version', version] : []),
    '--namespace',
    namespace,
    ...values,
    '--reset-values',
  ]);
  throw new ToolFailure(`in ${state.shown}: ${failureBlocks(ended)}`);
}

/** helmfile gives the context twice. */
export function contextArgs(context: string | undefined): readonly string[] {
  return context === undefined ? [] : ['--kube-context', context];
}
