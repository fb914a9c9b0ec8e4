/** Letters of a name that a person has to type. */
export const MAX_CONFIRM = 100;

/**
 * A name as it can be typed: invisible and control characters out, white space to one blank, and no longer than a
 * person would type. Never empty.
 */
export function typeable(name: string, otherwise: string): string {
  const plain = name
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  const cut = [...plain].slice(0, MAX_CONFIRM).join('').trim();
  return cut === '' ? otherwise : cut;
}

/** Whether what was typed is the name: case counts, blanks around it do not. */
export function isTyped(typed: string, name: string): boolean {
  return typed.normalize('NFC').replace(/\s+/gu, ' ').trim() === name.normalize('NFC');
}
