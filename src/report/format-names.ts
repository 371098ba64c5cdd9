/** Apart from the formats themselves, so that help and argument checks load none of them. */
export const formatNames = ['text', 'json', 'yaml', 'prometheus', 'junit', 'markdown'] as const;
export type Format = (typeof formatNames)[number];
