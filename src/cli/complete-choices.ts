import { kubeconfigNames } from '../kube/kubeconfig-names.ts';
import { layerIds } from '../layers/layer.ts';
import { field } from '../text/field.ts';
import type { Source } from './arguments.ts';
import { stateFolder } from './state-folder.ts';

/** A word that fits, and what it means; '' when there is nothing to say. */
export interface Choice {
  readonly word: string;
  readonly meaning: string;
}

/** Flags that the line already bears: another kubeconfig has other contexts. */
export type Given = ReadonlyMap<string, readonly string[]>;

const NEWEST = 50;

/** The words of one source. What the shell or the terminal could misread is left out. */
export async function choicesFrom(source: Source | undefined, given: Given): Promise<readonly Choice[]> {
  const found = source === undefined ? [] : await read(source, given);
  return found.flatMap(({ word, meaning }) =>
    field(word) === word && word !== '' ? [{ word, meaning: field(meaning) }] : [],
  );
}

async function read(source: Source, given: Given): Promise<readonly Choice[]> {
  switch (source) {
    case 'contexts':
    case 'clusters':
    case 'users':
      return kubeconfigNames({ path: given.get('kubeconfig')?.at(-1), env: process.env })[source].map(plain);
    case 'layers':
      return layerIds.map(plain);
    case 'namespaces':
      return (await (await import('./complete-namespaces.ts')).namespaces(given)).map(plain);
    case 'runs':
      return await runs();
    case 'scenarios': {
      const { FAULTS } = await import('../simulator/faults/index.ts');
      return FAULTS.map(({ name, title }) => ({ word: name, meaning: title }));
    }
    case 'actions': {
      const { actions } = await import('../recovery/actions/index.ts');
      return [...actions, ...(await ownActions(given))].map(action);
    }
    case 'healing': {
      const { actions } = await import('../recovery/actions/index.ts');
      const { canHeal } = await import('../recovery/can-heal.ts');
      const own = (await ownActions(given)).filter(({ danger }) => danger < 3);
      return [...actions.filter(({ id }) => canHeal(id)), ...own].map(action);
    }
    case 'files':
      return [];
  }
}

/** Those of the configuration, for the context that the line names, else the current one. */
async function ownActions(given: Given) {
  const { readConfiguration } = await import('./configuration.ts');
  const config = given.get('config')?.at(-1);
  const read = await readConfiguration(config === undefined ? {} : { config }, process.env).catch(() => null);
  if (read === null || !read.isThere) return [];
  const { loadKubeconfig } = await import('../kube/kubeconfig.ts');
  const named = given.get('context')?.at(-1);
  const found = loadKubeconfig({ path: given.get('kubeconfig')?.at(-1), context: named, env: process.env });
  return read.settingsFor(named ?? (found.ok ? found.value.context : '')).context.actions;
}

async function runs(): Promise<readonly Choice[]> {
  const { listRuns } = await import('../runs/read-runs.ts');
  const newest = (await listRuns(stateFolder(process.env))).slice(0, NEWEST);
  const ids = newest.map(({ id, plan, state }) => ({ word: id, meaning: `${plan.title}: ${state}` }));
  return ids.length === 0 ? [] : [{ word: 'last', meaning: 'the newest run' }, ...ids];
}

function action({ id, title }: { readonly id: string; readonly title: string }): Choice {
  return { word: id, meaning: title };
}

function plain(word: string): Choice {
  return { word, meaning: '' };
}
