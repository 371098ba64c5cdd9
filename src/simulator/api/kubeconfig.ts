import type { SimClock } from '../world.ts';

/**
 * A kubeconfig (as JSON, which is YAML) for the simulated server. kubectl sends no tokens over plain HTTP, so the
 * token stands in the server's address too; clients that take it from the user entry find it there. With a
 * clock it says how fast the cluster lives, in an extension that kubectl passes over.
 */
export function kubeconfigText(options: {
  readonly url: string;
  readonly token: string;
  readonly context: string;
  readonly namespace?: string;
  readonly clock?: SimClock;
}): string {
  const { url, token, context, namespace, clock } = options;
  const server = new URL(url);
  server.username = token;
  return JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': context,
      clusters: [
        {
          name: context,
          cluster: {
            server: server.href.replace(/\/$/, ''),
            ...(clock ? { extensions: [clockExtension(clock)] } : {}),
          },
        },
      ],
      users: [{ name: context, user: { token } }],
      contexts: [
        { name: context, context: { cluster: context, user: context, ...(namespace ? { namespace } : {}) } },
      ],
    },
    null,
    2,
  );
}

function clockExtension({ speed, now }: SimClock): Record<string, unknown> {
  return {
    name: 'groundup.dev/simulated-clock',
    extension: { speed, realAt: Date.now(), simulatedAt: now() },
  };
}
