/** Where the API serves a kind. */
export interface DetailKind {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespaced: boolean;
}

function at(group: string, resource: string, namespaced = true, version = 'v1'): DetailKind {
  return { group, version, resource, namespaced };
}

/** Kinds that are not watched but often named by those that are: read one by one when somebody looks at them. */
export const detailKinds = {
  ReplicaSet: at('apps', 'replicasets'),
  StatefulSet: at('apps', 'statefulsets'),
  Job: at('batch', 'jobs'),
  CronJob: at('batch', 'cronjobs'),
  PersistentVolumeClaim: at('', 'persistentvolumeclaims'),
  PersistentVolume: at('', 'persistentvolumes', false),
  ServiceAccount: at('', 'serviceaccounts'),
  Endpoints: at('', 'endpoints'),
} as const satisfies Readonly<Record<string, DetailKind>>;
