/** One field of a message: its JSON name and how it is read. */
export interface MessageField {
  readonly name: string;
  readonly type: string;
}

/**
 * `number name type` per field. Types: string, strings, bytes, bool, int (0 means unset), intOrZero, map,
 * bytesMap, intOrString, or the name of a message, with [] when it repeats. Fields not listed are skipped.
 */
const TABLE: Readonly<Record<string, string>> = {
  Unknown: '1 typeMeta TypeMeta, 2 raw bytes',
  TypeMeta: '1 apiVersion string, 2 kind string',
  Entry: '1 key string, 2 value bytes',
  IntOrString: '1 type int, 2 intVal int, 3 strVal string',
  ObjectMeta:
    '1 name string, 2 generateName string, 3 namespace string, 5 uid string, 6 resourceVersion string, 11 labels map, 12 annotations map, 13 ownerReferences OwnerReference[], 14 finalizers strings',
  OwnerReference:
    '1 kind string, 3 name string, 4 uid string, 5 apiVersion string, 6 controller bool, 7 blockOwnerDeletion bool',
  LabelSelector: '1 matchLabels map',
  DeleteOptions:
    '1 gracePeriodSeconds intOrZero, 2 preconditions Preconditions, 3 orphanDependents bool, 4 propagationPolicy string, 5 dryRun strings',
  Preconditions: '1 uid string, 2 resourceVersion string',
  Namespace: '1 metadata ObjectMeta, 2 spec NamespaceSpec',
  NamespaceSpec: '1 finalizers strings',
  ConfigMap: '1 metadata ObjectMeta, 2 data map, 3 binaryData bytesMap, 4 immutable bool',
  Secret: '1 metadata ObjectMeta, 2 data bytesMap, 3 type string, 4 stringData map, 5 immutable bool',
  ServiceAccount: '1 metadata ObjectMeta, 4 automountServiceAccountToken bool',
  Service: '1 metadata ObjectMeta, 2 spec ServiceSpec',
  ServiceSpec:
    '1 ports ServicePort[], 2 selector map, 3 clusterIP string, 4 type string, 10 externalName string, 18 clusterIPs strings',
  ServicePort: '1 name string, 2 protocol string, 3 port int, 4 targetPort intOrString, 5 nodePort int',
  Pod: '1 metadata ObjectMeta, 2 spec PodSpec',
  PodTemplateSpec: '1 metadata ObjectMeta, 2 spec PodSpec',
  PodSpec:
    '2 containers Container[], 3 restartPolicy string, 4 terminationGracePeriodSeconds intOrZero, 8 serviceAccountName string, 10 nodeName string, 20 initContainers Container[]',
  Container:
    '1 name string, 2 image string, 3 command strings, 4 args strings, 6 ports ContainerPort[], 7 env EnvVar[], 14 imagePullPolicy string',
  ContainerPort: '1 name string, 2 hostPort int, 3 containerPort int, 4 protocol string',
  EnvVar: '1 name string, 2 value string',
  Deployment: '1 metadata ObjectMeta, 2 spec DeploymentSpec',
  DeploymentSpec:
    '1 replicas intOrZero, 2 selector LabelSelector, 3 template PodTemplateSpec, 6 revisionHistoryLimit intOrZero, 9 progressDeadlineSeconds intOrZero',
  Job: '1 metadata ObjectMeta, 2 spec JobSpec',
  JobSpec:
    '1 parallelism intOrZero, 2 completions intOrZero, 3 activeDeadlineSeconds intOrZero, 6 template PodTemplateSpec, 7 backoffLimit intOrZero, 8 ttlSecondsAfterFinished intOrZero, 10 suspend bool',
  Eviction: '1 metadata ObjectMeta, 2 deleteOptions DeleteOptions',
  SelfSubjectAccessReview: '1 metadata ObjectMeta, 2 spec SelfSubjectAccessReviewSpec',
  SelfSubjectAccessReviewSpec:
    '1 resourceAttributes ResourceAttributes, 2 nonResourceAttributes NonResourceAttributes',
  ResourceAttributes:
    '1 namespace string, 2 verb string, 3 group string, 4 version string, 5 resource string, 6 subresource string, 7 name string',
  NonResourceAttributes: '1 path string, 2 verb string',
  SelfSubjectRulesReview: '1 metadata ObjectMeta, 2 spec SelfSubjectRulesReviewSpec',
  SelfSubjectRulesReviewSpec: '1 namespace string',
};

/** Fields of each known message by their number. */
export const MESSAGES: Readonly<Record<string, Readonly<Record<number, MessageField>>>> = Object.fromEntries(
  Object.entries(TABLE).map(([message, fields]) => [
    message,
    Object.fromEntries(
      fields.split(', ').map(field => {
        const [number = '', name = '', type = ''] = field.split(' ');
        return [Number(number), { name, type }];
      }),
    ),
  ]),
);
