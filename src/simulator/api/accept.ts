import { ApiFailure } from '../world.ts';

/** The form a client wants objects in. */
export type Form = 'object' | 'table' | 'metadata';

/** Chooses the first form of the Accept header that the server has. Throws 406 when there is none. */
export function chooseForm(accept: string | undefined): Form {
  if (!accept) return 'object';
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.split(';').map(word => word.trim());
    if (type !== 'application/json' && type !== '*/*' && type !== 'application/*') continue;
    const as = parameters.find(parameter => parameter.startsWith('as='))?.slice(3);
    if (!as) return 'object';
    if (as === 'Table') return 'table';
    if (as.startsWith('PartialObjectMetadata')) return 'metadata';
  }
  const message = 'only the following media types are accepted: application/json';
  throw new ApiFailure(406, 'NotAcceptable', message, {});
}

/** Whether a discovery client takes all groups in one document. */
export function wantsAggregated(accept: string | undefined): boolean {
  return /application\/json;[^,]*g=apidiscovery\.k8s\.io[^,]*v=v2[,;]?/.test(
    `${accept?.replaceAll(' ', '') ?? ''},`,
  );
}
