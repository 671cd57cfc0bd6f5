/** A pattern of SQL's LIKE (`%` any text, `_` one character) as a regular expression for whole texts. */
export const likePattern = (like: string): string =>
  `^${[...like]
    .map((character) => {
      if (character === '%') return '[\\s\\S]*';
      return character === '_' ? '[\\s\\S]' : quoted(character);
    })
    .join('')}$`;

/** A text as a regular expression that matches just it. */
export const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
