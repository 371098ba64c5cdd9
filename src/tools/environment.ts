import { delimiter } from 'node:path';

/** What tools may know of our environment: where things are, how to speak, how to reach the network. */
const allowed =
  /^(HOME|USER|LOGNAME|LANG|LC_[A-Z]+|TZ|XDG_[A-Z_]+|SHELL|SSH_AUTH_SOCK|SSL_CERT_(FILE|DIR)|(HTTPS?|NO|ALL)_PROXY|(https?|no|all)_proxy|HELM_(CACHE|CONFIG|DATA)_HOME|HELM_PLUGINS|HELM_REGISTRY_CONFIG|HELM_REPOSITORY_(CACHE|CONFIG)|SOPS_AGE_KEY_FILE|TALOSCONFIG|DOCKER_CONFIG|AWS_(PROFILE|REGION|DEFAULT_REGION|CONFIG_FILE|SHARED_CREDENTIALS_FILE)|CLOUDSDK_(CONFIG|ACTIVE_CONFIG_NAME)|AZURE_CONFIG_DIR)$/;

/** Names that change what a program loads or runs: never passed on, not even when asked for. */
const forbidden =
  /^(NODE_OPTIONS|LD_.*|DYLD_.*|BASH_ENV|ENV|PYTHON.*|PERL5?.*|RUBYOPT|HELM_DEBUG|HELM_KUBE.*|HELM_NAMESPACE|HELM_DRIVER|SOPS_AGE_KEY|EDITOR|VISUAL|PAGER|KUBECTL_EXTERNAL_DIFF|KUBECONFIG)$/;

/** Whether a variable never reaches a tool, whoever asks for it. */
export function isForbidden(name: string): boolean {
  return forbidden.test(name);
}

export interface ToolEnvironmentOptions {
  /** Directories for PATH, from `safePath`. */
  readonly path: readonly string[];
  /** Names that the user or the helmfile asks for besides. */
  readonly also?: readonly string[];
  /** The frozen kubeconfig, when there is one already. */
  readonly kubeconfig?: string;
}

/**
 * The environment of a tool, from ours. KUBECONFIG is never inherited: a shell that points elsewhere must not
 * redirect a tool. Output is asked for without colour and without a terminal's tricks.
 */
export function toolEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  options: ToolEnvironmentOptions,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  const also = new Set(options.also ?? []);
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || forbidden.test(name)) continue;
    if (allowed.test(name) || also.has(name)) kept[name] = value;
  }
  return {
    ...kept,
    PATH: options.path.join(delimiter),
    TERM: 'dumb',
    NO_COLOR: '1',
    ...(options.kubeconfig === undefined ? {} : { KUBECONFIG: options.kubeconfig }),
  };
}

/** What helmfile is told besides: where the repository is, and to be quiet about its own updates and temporary names. */
export function helmfileEnvironment(root: string): Readonly<Record<string, string>> {
  return {
    ROOT_DIR: root,
    HELMFILE_UPGRADE_NOTICE_DISABLED: '1',
    HELMFILE_DISABLE_RUNNER_UNIQUE_ID: '1',
  };
}
