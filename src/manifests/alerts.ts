import { documentsText } from './document.ts';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: 'critical' | 'warning' };
  readonly annotations: { readonly summary: string; readonly description: string };
}

function rule(
  alert: string,
  severity: 'critical' | 'warning',
  [expr, wait]: readonly [expr: string, wait: string],
  summary: string,
  description: string,
): AlertRule {
  return { alert, expr, for: wait, labels: { severity }, annotations: { summary, description } };
}

/** From what `groundup check -o prometheus` writes; the names of the metrics are held by a test. */
export const groundupRules: readonly AlertRule[] = [
  rule(
    'GroundupLayerDown',
    'critical',
    ['groundup_layer_verdict{verdict="down"} == 1', '2m'],
    'Layer {{ $labels.layer }} is down',
    'The layers above it fall with it. See: groundup check; groundup recover --plan',
  ),
  rule(
    'GroundupLayerDegraded',
    'warning',
    ['groundup_layer_verdict{verdict="degraded"} == 1', '10m'],
    'Layer {{ $labels.layer }} works, but less than it should',
    'See: groundup check --layer {{ $labels.layer }}',
  ),
  rule(
    'GroundupLayerUnjudged',
    'warning',
    ['groundup_cluster_verdict{verdict="unknown"} == 1', '10m'],
    'The cluster cannot be judged',
    'Access, time or data are missing. See: groundup doctor',
  ),
  rule(
    'GroundupRootCause',
    'warning',
    ['groundup_root_cause == 1', '5m'],
    '{{ $labels.layer }}: {{ $labels.problem }} {{ $labels.kind }} {{ $labels.namespace }}/{{ $labels.name }}',
    'This is what to repair first. See: groundup recover --plan',
  ),
  rule(
    'GroundupNotChecked',
    'critical',
    ['time() - groundup_checked_at_seconds > 900', '1m'],
    'Nobody has looked at the cluster for {{ $value | humanizeDuration }}',
    'The check itself is gone: look at its timer or CronJob.',
  ),
  rule(
    'GroundupCertificateExpires',
    'warning',
    ['groundup_certificate_expires_seconds - time() < 30 * 86400', '1h'],
    'The {{ $labels.certificate }} certificate expires in {{ $value | humanizeDuration }}',
    'Afterwards nobody gets in. Renew it; see: groundup doctor',
  ),
];

/** From kube-state-metrics, CoreDNS and the metrics of Flux's operator: they go on when groundup does not. */
export const clusterRules: readonly AlertRule[] = [
  rule(
    'CniAgentsMissing',
    'critical',
    [
      'kube_daemonset_status_number_unavailable{namespace="kube-system",daemonset=~"cilium|calico-node|kube-flannel-ds|kube-router"} > 0',
      '5m',
    ],
    'The CNI is missing on {{ $value }} nodes',
    'Pods cannot start there. Repair the CNI before anything above it.',
  ),
  rule(
    'CniGone',
    'critical',
    [
      'absent(kube_daemonset_status_desired_number_scheduled{namespace="kube-system",daemonset=~"cilium|calico-node|kube-flannel-ds|kube-router"}) and on() kube_node_info',
      '5m',
    ],
    'There is no CNI DaemonSet in kube-system',
    'Nodes may stay Ready and old pods go on: nothing new can start. Other names or namespaces: adapt this rule.',
  ),
  rule(
    'CoreDnsGone',
    'critical',
    ['kube_deployment_status_replicas_available{namespace="kube-system",deployment=~".*coredns"} == 0', '1m'],
    'No CoreDNS pod is available',
    'Names are not answered: Flux cannot fetch, and cannot heal this.',
  ),
  rule(
    'CoreDnsFails',
    'warning',
    [
      'sum(rate(coredns_dns_responses_total{rcode="SERVFAIL"}[5m])) / sum(rate(coredns_dns_responses_total[5m])) > 0.05',
      '5m',
    ],
    'CoreDNS fails {{ $value | humanizePercentage }} of its answers',
    'Look at its upstream name servers and its log.',
  ),
  rule(
    'NodeLeaseStale',
    'critical',
    ['time() - kube_lease_renew_time{namespace="kube-node-lease"} > 60', '1m'],
    'The kubelet of {{ $labels.lease }} is silent',
    'The node looks Ready for up to 50 s longer than it is.',
  ),
  rule(
    'FluxNotReady',
    'warning',
    ['flux_resource_info{ready="False"} == 1', '15m'],
    '{{ $labels.kind }} {{ $labels.exported_namespace }}/{{ $labels.name }} is not ready',
    'What Git says does not arrive. See the lowest broken layer first: groundup check',
  ),
  rule(
    'FluxInstanceNotReady',
    'critical',
    ['flux_instance_info{ready!="True"} == 1', '10m'],
    'The FluxInstance is not ready',
    'Flux itself is not complete: nothing heals by itself. See: groundup recover --plan',
  ),
  rule(
    'HelmOperationStuck',
    'warning',
    ['kube_secret_labels{label_owner="helm",label_status=~"pending-.*"} == 1', '15m'],
    'A Helm operation on {{ $labels.label_name }} never ended',
    'Helm refuses every further one until the lock is cleared: groundup recover clear-helm-lock {{ $labels.label_name }}',
  ),
  rule(
    'ApiServerClientCertificateExpires',
    'warning',
    [
      'histogram_quantile(0.01, sum by (job, le) (rate(apiserver_client_certificate_expiration_seconds_bucket[5m]))) < 30 * 86400',
      '1h',
    ],
    'A client certificate that is in use expires in {{ $value | humanizeDuration }}',
    'A kubeconfig or a component will be locked out. Renew it; see: groundup doctor',
  ),
];

export interface AlertsAsk {
  readonly namespace: string;
  /** A bare file for Prometheus instead of an object for its operator. */
  readonly plain: boolean;
}

/** The rules as a PrometheusRule, or as the file that `promtool check rules` reads. */
export function alertsText({ namespace, plain }: AlertsAsk): string {
  const spec = {
    groups: [
      { name: 'groundup', rules: groundupRules },
      { name: 'groundup-cluster', rules: clusterRules },
    ],
  };
  const head = [
    'groundup: alert rules from the ground up',
    'The first group reads what `groundup check -o prometheus --output-file` leaves for the textfile collector, the second',
    'kube-state-metrics, CoreDNS, the API server and the operator of Flux. kube_secret_labels and kube_lease_* need these',
    'resources (and the labels owner, name, status of Secrets) to be allowed in kube-state-metrics.',
  ].join('\n');
  return documentsText(head, [
    {
      object: plain
        ? spec
        : {
            apiVersion: 'monitoring.coreos.com/v1',
            kind: 'PrometheusRule',
            metadata: {
              name: 'groundup',
              namespace,
              labels: { 'app.kubernetes.io/name': 'groundup', 'app.kubernetes.io/managed-by': 'groundup' },
            },
            spec,
          },
    },
  ]);
}
