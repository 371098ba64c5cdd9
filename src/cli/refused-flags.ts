const secret =
  'every user of this machine sees what stands in a command line, and the shell keeps it; name a user of the kubeconfig with --user, with a tokenFile or an exec plugin';
const unverified =
  'groundup sends credentials and changes clusters, so it must know whom it talks to; give the name that the certificate bears with --tls-server-name, or write it into the cluster of your kubeconfig, where it is meant to last';

/** Flags of kubectl that are not taken here, each with the reason and what to do instead. */
export const refusedFlags: Readonly<Record<string, string>> = {
  token: secret,
  password: secret,
  username: secret,
  'insecure-skip-tls-verify': unverified,
};

/** The sentence for the first refused flag of a command line; null when there is none. Its value is never repeated. */
export function refusal(argv: readonly string[], known: readonly string[]): string | null {
  for (const word of argv) {
    if (word === '--') return null;
    const [, name = ''] = /^--([a-z-]+)/.exec(word) ?? [];
    const why = refusedFlags[name];
    if (why !== undefined && !known.includes(name)) return `--${name} is not taken: ${why}`;
  }
  return null;
}
