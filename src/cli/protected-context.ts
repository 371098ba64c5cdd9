/** Production is one step stricter: what changes it asks for the name of the context. */
export function isProtected(context: string): boolean {
  return /prod/i.test(context);
}
