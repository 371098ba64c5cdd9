import type { Flags } from './arguments.ts';

/** How a command is told which cluster it is about, in kubectl's words. */
export const clusterFlags = {
  context: { value: 'NAME', from: 'contexts', help: 'context of the kubeconfig (default: its current one)' },
  kubeconfig: {
    value: 'FILE',
    from: 'files',
    help: 'kubeconfig file (default: $KUBECONFIG, then ~/.kube/config)',
  },
  config: {
    value: 'FILE',
    from: 'files',
    help: 'configuration (default: $GROUNDUP_CONFIG, then ~/.config/groundup/config.yaml)',
  },
  cluster: { value: 'NAME', from: 'clusters', help: "cluster of the kubeconfig, in place of the context's" },
  user: { value: 'NAME', from: 'users', help: "user of the kubeconfig, in place of the context's" },
  server: { value: 'URL', short: 's', help: "address of the API server, in place of the cluster's" },
  'tls-server-name': { value: 'NAME', help: "name that the server's certificate must bear" },
  as: { value: 'USER', help: 'ask and act as this user (impersonation), tools too' },
  'as-group': { value: 'GROUP', multiple: true, help: 'and as a member of this group (repeatable)' },
  'as-uid': { value: 'UID', help: 'and with this UID' },
  'request-timeout': {
    value: 'DURATION',
    help: 'how long one request may take (default: 30s to read lists, less to ask whether it lives)',
  },
} as const satisfies Flags;

/** The same cluster flags where several clusters may be looked at. */
export const clustersFlags = {
  ...clusterFlags,
  context: {
    value: 'NAME',
    multiple: true,
    from: 'contexts',
    help: 'context of the kubeconfig (default: its current one); repeat it for several clusters',
  },
  namespace: {
    value: 'NAME',
    short: 'n',
    from: 'namespaces',
    help: 'of the Applications, judge only those in this namespace and what they depend on; the layers below stay whole',
  },
} as const satisfies Flags;
