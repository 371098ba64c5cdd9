import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { type Failure, failure } from './failure.ts';
import { isRecord } from './kubeconfig-file.ts';
import { type Subject, subjectText } from './subject.ts';

/** An HTTP answer that is not a success. */
export interface Refusal {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly contentType: string | undefined;
  readonly text: string;
  readonly subject: Subject;
  readonly server: Safe;
  /** What the exec plugin or token file said, if anything. */
  readonly credentials: Safe | null;
}

/** The server is never obeyed for longer than this. */
const LONGEST_RETRY_AFTER = 60_000;

/** RBAC says no, in an answer or asked before. */
export function notAllowed(subject: Subject, more: Parameters<typeof failure>[2] = { status: 403 }): Failure {
  return failure(
    'rbac',
    say`These credentials may not ${subjectText(subject)}. Ask for a role that allows it; until then this part is unknown.`,
    more,
  );
}

/** Puts an HTTP status into words. */
export function httpFailure(refusal: Refusal): Failure {
  const { status, text } = refusal;
  const json = parse(text);
  const said = serverMessage(json, text, refusal.contentType);
  const retryAfterMs = retryAfter(refusal.retryAfter);
  const more = { status, text, ...(json === undefined ? {} : { json }) };
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  const what = subjectText(refusal.subject);
  switch (status) {
    case 401:
      return failure('unauthorized', unauthorized(refusal), more);
    case 403:
      return notAllowed(refusal.subject, more);
    case 404:
      return failure('not-served', say`The API server does not know this: ${what}.${after(said)}`, more);
    case 410:
      return failure('closed', say`The version asked for is too old; listing again.`, more);
    case 413:
      return failure('too-large', say`The API server finds the request too large: ${what}.`, more);
    case 429:
      return failure(
        'throttled',
        say`The API server is busy and asks to wait ${Math.ceil((retryAfterMs ?? 1000) / 1000)} s. Nothing to do: it is asked again then.`,
        { ...more, ...wait },
      );
    default:
      return status >= 500
        ? failure(
            'server-error',
            say`The API server answers ${status} to: ${what}.${after(said)} Look at the API server and etcd; it is asked again.`,
            { ...more, ...wait },
          )
        : failure('server-error', say`The API server refuses (${status}) to ${what}.${after(said)}`, more);
  }
}

/** A 200 whose body is not what the API serves: a login page, a captive portal, a wrong port. */
export function notJson(contentType: string | undefined, subject: Subject, server: Safe): Failure {
  return failure(
    'parse',
    say`${server} answered ${subjectText(subject)} with ${field(contentType ?? 'an untyped body')} that is not Kubernetes JSON. Check the server address, and any proxy or login page in between.`,
    { status: 200 },
  );
}

function unauthorized({ server, credentials }: Refusal): Safe {
  const why = credentials === null ? say`` : say` (${credentials})`;
  return say`${server} does not accept these credentials${why}. Log in again, or fetch a new kubeconfig.`;
}

function after(said: Safe | null): Safe {
  return said === null ? say`` : say` It says: ${said}`;
}

function serverMessage(json: unknown, text: string, contentType: string | undefined): Safe | null {
  if (isRecord(json) && typeof json.message === 'string' && json.message !== '')
    return field(json.message.slice(0, 500));
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line === '' || contentType?.includes('html') ? null : field(line.slice(0, 200));
}

function parse(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(LONGEST_RETRY_AFTER, Math.max(0, ms)) : undefined;
}
