import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';

/** The version in an image reference, without a leading `v`: `1.17.4` of `x/y:v1.17.4@sha256:...`; null without a tag. */
export function imageVersion(image: Safe | undefined): Safe | null {
  const tag = image?.split('@')[0]?.match(/:([\w.-]+)$/)?.[1];
  return tag === undefined ? null : field(tag.replace(/^v(?=\d)/, ''));
}
