import { searchPaths } from './kubeconfig.ts';
import { type Entry, readKubeconfigFile } from './kubeconfig-file.ts';

export interface KubeconfigNames {
  readonly contexts: readonly string[];
  readonly clusters: readonly string[];
  readonly users: readonly string[];
}

/** All names in the kubeconfig files that can be read, each once; for choosing one, so what is broken is left out. */
export function kubeconfigNames(ask: Parameters<typeof searchPaths>[0]): KubeconfigNames {
  const files = searchPaths(ask).flatMap(path => {
    const read = readKubeconfigFile(path);
    return read?.ok === true ? [read.value] : [];
  });
  const names = (entries: readonly Entry[]): readonly string[] => [...new Set(entries.map(one => one.name))];
  return {
    contexts: names(files.flatMap(file => file.contexts)),
    clusters: names(files.flatMap(file => file.clusters)),
    users: names(files.flatMap(file => file.users)),
  };
}
