import { parse } from 'yaml';

/** Values of a kubeconfig that must never be shown: tokens, passwords, keys. Empty when it cannot be read. */
export function secretsOf(kubeconfig: string): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown, key: string, depth: number): void => {
    if (depth > 12) return;
    if (typeof value === 'string' && SECRET_KEY.test(key)) found.push(value, ...decoded(key, value));
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) visit(inner, name, depth + 1);
  };
  try {
    visit(parse(kubeconfig), '', 0);
  } catch {
    return [];
  }
  return found;
}

const SECRET_KEY = /^(token|password|client-key-data|id-token|refresh-token|access-token|client-secret)$/;

/** Key material is written in base64; the tool may print what it holds. */
function decoded(key: string, value: string): readonly string[] {
  return key.endsWith('-data') ? [Buffer.from(value, 'base64').toString('utf8')] : [];
}
