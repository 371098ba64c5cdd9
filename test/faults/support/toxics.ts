/** Which requests a toxic spoils; what is left out fits all. */
export interface Where {
  readonly path?: RegExp;
  readonly verb?: 'list' | 'watch' | 'get';
  /** Only so many requests, then it has worn off. */
  readonly times?: number;
}

/** One way to spoil the way between client and API server. Plain data, so that a script of them can be written down. */
export type Toxic = Where &
  (
    | {
        readonly toxic: 'answer';
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: string;
      }
    /** The request is taken and never answered. */
    | { readonly toxic: 'hang' }
    | { readonly toxic: 'latency'; readonly ms: number }
    /** Lines of a watch are swallowed, the connection stays. */
    | { readonly toxic: 'mute' }
    | { readonly toxic: 'no-bookmarks' }
    /** A watch is accepted and ends at once, in order. */
    | { readonly toxic: 'close' }
    /** A byte each `ms`: of the headers, or of the body. */
    | { readonly toxic: 'drip'; readonly ms: number; readonly part: 'headers' | 'body' }
    /** The connection is reset after so many bytes of the body. */
    | { readonly toxic: 'reset'; readonly afterBytes: number }
    /** The body ends after so many bytes, though Content-Length promised more. */
    | { readonly toxic: 'truncate'; readonly afterBytes: number }
    /** The Date header lies by so much. */
    | { readonly toxic: 'skew'; readonly ms: number }
    /** Every other token is refused with 401. */
    | { readonly toxic: 'token'; readonly accept: string }
    /** Every watch line, and every whole body, is sent through this. */
    | { readonly toxic: 'rewrite'; readonly text: (text: string) => string }
  );

export interface Hit {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly verb: 'list' | 'watch' | 'get';
  readonly token: string;
}

export interface Active {
  readonly toxic: Toxic;
  left: number;
}

/** The toxics that spoil this request; with `counts` it uses one of their times up. */
export function spoiling(active: ReadonlySet<Active>, hit: Hit, counts: boolean): readonly Toxic[] {
  const found: Toxic[] = [];
  for (const one of active) {
    const { path, verb } = one.toxic;
    if (one.left <= 0 || (path !== undefined && !path.test(hit.path))) continue;
    if (verb !== undefined && verb !== hit.verb) continue;
    if (counts) one.left -= 1;
    found.push(one.toxic);
  }
  return found;
}

export function only<K extends Toxic['toxic']>(
  toxics: readonly Toxic[],
  kind: K,
): (Toxic & { readonly toxic: K }) | undefined {
  return toxics.find((one): one is Toxic & { readonly toxic: K } => one.toxic === kind);
}
