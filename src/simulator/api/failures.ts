import { ApiFailure, type Json } from '../world.ts';
import type { Resource } from './resources.ts';

type Named = Pick<Resource, 'group' | 'plural'>;

/** `deployments.apps`, `pods`: how the server names a resource in its sentences. */
export function qualified(resource: Named): string {
  return resource.group ? `${resource.plural}.${resource.group}` : resource.plural;
}

function about(resource: Named, name: string, more: Json = {}): Json {
  return {
    ...(name ? { name } : {}),
    ...(resource.group ? { group: resource.group } : {}),
    kind: resource.plural,
    ...more,
  };
}

export function notFound(resource: Named, name: string): ApiFailure {
  return new ApiFailure(404, 'NotFound', `${qualified(resource)} "${name}" not found`, about(resource, name));
}

export function alreadyExists(resource: Named, name: string): ApiFailure {
  const message = `${qualified(resource)} "${name}" already exists`;
  return new ApiFailure(409, 'AlreadyExists', message, about(resource, name));
}

const STALE = 'the object has been modified; please apply your changes to the latest version and try again';

export function conflict(resource: Named, name: string, why = STALE): ApiFailure {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
  return new ApiFailure(409, 'Conflict', message, about(resource, name));
}

export function forbidden(resource: Named, name: string, why: string, more: Json = {}): ApiFailure {
  const subject = name ? `${qualified(resource)} "${name}"` : qualified(resource);
  return new ApiFailure(403, 'Forbidden', `${subject} is forbidden: ${why}`, about(resource, name, more));
}

/** One wrong field: `reason` is the machine word, `message` the sentence after the field's path. */
export interface FieldError {
  readonly field: string;
  readonly reason:
    | 'FieldValueRequired'
    | 'FieldValueDuplicate'
    | 'FieldValueInvalid'
    | 'FieldValueForbidden'
    | 'FieldValueNotSupported';
  readonly message: string;
}

export function invalid(
  resource: Pick<Resource, 'group' | 'kind'>,
  name: string,
  errors: readonly FieldError[],
): ApiFailure {
  const kind = resource.group ? `${resource.kind}.${resource.group}` : resource.kind;
  const texts = errors.map(error => `${error.field}: ${error.message}`);
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return new ApiFailure(422, 'Invalid', `${kind} "${name}" is invalid: ${text}`, {
    name,
    ...(resource.group ? { group: resource.group } : {}),
    kind: resource.kind,
    causes: errors.map(({ field, reason, message }) => ({ reason, message, field })),
  });
}

export function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, 'BadRequest', message);
}

export function noSuchResource(): ApiFailure {
  return new ApiFailure(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function methodNotAllowed(): ApiFailure {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiFailure(405, 'MethodNotAllowed', message, {});
}

export function unsupportedType(accepted: readonly string[]): ApiFailure {
  const list = accepted.join(', ');
  const message = `the body of the request was in an unknown format - accepted media types include: ${list}`;
  return new ApiFailure(415, 'UnsupportedMediaType', message, {});
}

export function expired(message: string): ApiFailure {
  return new ApiFailure(410, 'Expired', message);
}

/** The Status object of a failure. */
export function statusOf(failure: ApiFailure): Json {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: failure.message,
    reason: failure.reason,
    ...(failure.details === undefined ? {} : { details: failure.details }),
    code: failure.code,
  };
}
