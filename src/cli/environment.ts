/** The variables that change what groundup does, for `--help` and the manual page. */
export const environment: readonly (readonly [name: string, meaning: string])[] = [
  ['KUBECONFIG', 'kubeconfig files, separated by colons; the first one that names a thing wins'],
  [
    'ROOT_DIR',
    'the repository with the helmfile and the Taskfile; else the Git repository around the folder',
  ],
  ['GROUNDUP_HELMFILE', 'the helmfile, where it is in none of the usual places'],
  ['NO_COLOR', 'any value: no colours'],
  ['FORCE_COLOR', '0: no colours; anything else: colours, whatever NO_COLOR and the terminal say'],
  ['XDG_STATE_HOME', 'runs and their logs are below groundup/ there (default ~/.local/state)'],
  ['XDG_CACHE_HOME', 'compiled code of this program is below groundup/ there (default ~/.cache)'],
  ['HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'the way to the API server, as kubectl takes it'],
  ['GROUNDUP_DEBUG', 'any value: an error of groundup itself is told with its stack'],
];
