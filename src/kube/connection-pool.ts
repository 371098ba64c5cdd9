import type { Dispatcher } from 'undici';
import { type ConnectionOptions, openConnection } from './connection.ts';
import type { Credential } from './credentials.ts';
import type { Failure } from './failure.ts';

export interface ConnectionPool {
  readonly get: (
    credential: Credential,
  ) => Promise<{ readonly ok: true; readonly dispatcher: Dispatcher } | Failure>;
  /** Takes new connections from now on, because the kept ones may be dead; what is under way may end on the old ones. */
  readonly renew: () => void;
  readonly close: () => Promise<void>;
}

/** Keeps one set of connections; a new client certificate needs new ones, a new token does not. */
export function connectionPool(
  options: Omit<ConnectionOptions, 'credential'> & {
    readonly onClientCertificate: (pem: string | null) => void;
  },
): ConnectionPool {
  type Made = ReturnType<typeof openConnection>;
  let open: { readonly credential: Credential; readonly made: Made } | null = null;

  const retired = new Set<Made>();

  const destroy = async (made: Made): Promise<void> => {
    const connection = await made;
    if (connection.ok) await connection.dispatcher.destroy();
  };
  const retire = (): void => {
    const made = open?.made;
    open = null;
    if (made === undefined) return;
    retired.add(made);
    void made
      .then(connection => (connection.ok ? connection.dispatcher.close() : undefined))
      .catch(() => undefined)
      .finally(() => retired.delete(made));
  };
  return {
    get: async credential => {
      const { certificate, key } = credential;
      if (open === null || open.credential.certificate !== certificate || open.credential.key !== key) {
        options.onClientCertificate(certificate);
        retire();
        open = { credential, made: openConnection({ ...options, credential }) };
      }
      const current = open;
      const connection = await current.made;
      if (!connection.ok && open === current) open = null;
      return connection;
    },
    renew: retire,
    close: async () => {
      retire();
      await Promise.all([...retired].map(destroy));
    },
  };
}
