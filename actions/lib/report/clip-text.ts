/** At most so many characters of a text, the last of them an ellipsis where something was left out. */
export function clipText(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
